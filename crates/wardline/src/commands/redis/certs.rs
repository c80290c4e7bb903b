//! `wardline redis certs`: the authority of an estate and what it signs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use wardline_estate::certificates::{self, Authority, CertificateFiles, Renewal};
use wardline_estate::description::Estate;
use wardline_estate::lab::Lab;
use wardline_estate::link::{Credentials, Link, LinkTls};
use wardline_estate::{Role, rotation};
use wardline_kernel::SystemClock;

use super::wait;
use crate::exit::Outcome;
use crate::private_file;
use crate::terminal;

/// Make the authority of an estate, its certificates, and new ones without downtime.
#[derive(Debug, Subcommand)]
pub(crate) enum CertsCommand {
    /// Make the authority: ca.pem, and ca.key, which is kept away from all nodes.
    Init(InitArgs),
    /// Sign a certificate with a new key for every node and every client.
    Issue(IssueArgs),
    /// Have every data node read its certificate again. Connections stay. Sentinels have to be restarted one by one.
    Reload(ReloadArgs),
    /// Put a new authority in the place of the old one, in three steps that each reach everybody before the next.
    Renew(RenewArgs),
    /// Give every node and client of a lab a new certificate while it runs.
    Rotate(RotateArgs),
}

/// What `redis certs init` takes.
#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The description of the estate
    estate: PathBuf,
    /// The folder of the authority
    #[arg(long, value_name = "DIR")]
    ca: PathBuf,
}

/// What `redis certs issue` takes.
#[derive(Args, Debug)]
pub(crate) struct IssueArgs {
    /// The description of the estate
    estate: PathBuf,
    /// The folder of the authority
    #[arg(long, value_name = "DIR")]
    ca: PathBuf,
    /// The folder to write to: NODE/tls/ for each node, clients/ for clients
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// What `redis certs reload` takes.
#[derive(Args, Debug)]
pub(crate) struct ReloadArgs {
    /// The description of the estate
    estate: PathBuf,
    /// The folder with the administrator's certificate: ca.pem, admin.pem, admin.key
    #[arg(long, value_name = "DIR")]
    clients: PathBuf,
    /// The file with the administrator's password
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
}

/// What `redis certs rotate` takes.
#[derive(Args, Debug)]
pub(crate) struct RotateArgs {
    /// The lab's folder
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// Put a new authority in the place of the old one as well
    #[arg(long)]
    authority: bool,
}

/// What `redis certs renew` takes.
#[derive(Args, Debug)]
pub(crate) struct RenewArgs {
    /// The step; `status` says which is next
    #[arg(value_enum)]
    step: Step,
    /// The description of the estate
    estate: PathBuf,
    /// The folder of the authority
    #[arg(long, value_name = "DIR")]
    ca: PathBuf,
}

/// A step towards a new authority.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Step {
    /// Say how far it is
    Status,
    /// Make a new authority beside the old one: trusted, and signing nothing yet
    Begin,
    /// Have the new one sign
    Switch,
    /// Stop trusting the old one
    Finish,
}

/// Runs a `redis certs` command.
pub(super) fn run(command: CertsCommand) -> anyhow::Result<Outcome> {
    match command {
        CertsCommand::Init(args) => {
            let estate = Estate::read(&args.estate)?;
            Authority::open_or_make(&args.ca, &estate.name, &SystemClock)?;
            terminal::print(&format!(
                "The authority of {} is in {}. Keep ca.key offline: whoever has it can be any node.\n",
                estate.name,
                args.ca.display()
            ))?;
        }
        CertsCommand::Issue(args) => {
            let estate = Estate::read(&args.estate)?;
            let authority = Authority::open_or_make(&args.ca, &estate.name, &SystemClock)?;
            let names = certificates::issue_all(&authority, &estate, &args.out, &SystemClock)?;
            terminal::print(&format!("Signed: {}.\n", names.join(", ")))?;
        }
        CertsCommand::Reload(args) => reload(&args)?,
        CertsCommand::Renew(args) => renew(&args)?,
        CertsCommand::Rotate(args) => {
            let mut lab = Lab::open(&args.dir)?;
            if args.authority {
                replace_authority(&mut lab)?;
            } else {
                let names = wait(async { Ok(lab.rotate_certificates().await?) })?;
                terminal::print(&format!("New certificates: {}.\n", names.join(", ")))?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn renew(args: &RenewArgs) -> anyhow::Result<()> {
    let estate = Estate::read(&args.estate)?;
    match args.step {
        Step::Status => {}
        Step::Begin => Renewal::begin(&args.ca, &estate.name, &SystemClock)?,
        Step::Switch => Renewal::switch(&args.ca)?,
        Step::Finish => Renewal::finish(&args.ca)?,
    }
    let state = Renewal::of(&args.ca)?;
    let issue = match args.step {
        Step::Status => "",
        _ => " Now `certs issue`, copy to all nodes and clients, and have them read it.",
    };
    terminal::print(&format!("{}: {}.{issue}\n", estate.name, state.next()))?;
    Ok(())
}

/// All three steps on a lab.
fn replace_authority(lab: &mut Lab) -> anyhow::Result<()> {
    loop {
        let state = wait(async { Ok(lab.renew_authority().await?) })?;
        terminal::print(&format!("{}.\n", state.next()))?;
        if state == Renewal::None {
            return Ok(());
        }
    }
}

fn reload(args: &ReloadArgs) -> anyhow::Result<()> {
    let estate = Estate::read(&args.estate)?;
    let files = CertificateFiles::in_folder(&args.clients, Role::Admin.name());
    let tls = LinkTls::read(&files)?;
    let password = private_file::read(&args.password_file)?;
    let credentials = Credentials {
        user: Role::Admin.name(),
        password: password.trim_end(),
    };
    wait(async {
        for node in &estate.nodes {
            let mut link = Link::connect(node.address, Some(&tls), credentials).await?;
            rotation::reload(&mut link, &estate, node).await?;
            terminal::print(&format!("{} has read its certificate again\n", node.name))?;
        }
        Ok(())
    })
}
