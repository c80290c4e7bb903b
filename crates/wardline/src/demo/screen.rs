//! What people see of the demonstration: what to try first, then figures that move.

use std::io::{self, IsTerminal as _};
use std::net::SocketAddr;

use wardline_simulator::partner::{Partner, Summary};
use wardline_simulator::sender::Counts;

use super::layout::Layout;
use super::people::People;
use super::queues::Queues;
use super::server::Server;
use super::verdict::Verdict;
use crate::terminal;

/// The partners' names, as the channel has them.
pub(super) const PARTNERS: [&str; 2] = ["ehr", "lab"];
/// Without a terminal, figures are printed once in so many looks.
const LOOKS_PER_LINE: u64 = 10;

/// The screen.
pub(super) struct Screen {
    on_terminal: bool,
    keeps_data: bool,
    queues: Queues,
    /// Lines of figures on the screen now, to be written over.
    lines: usize,
    looks: u64,
}

impl Screen {
    pub(super) fn new(keeps_data: bool, queues: Queues) -> Self {
        Self {
            on_terminal: io::stdout().is_terminal(),
            keeps_data,
            queues,
            lines: 0,
            looks: 0,
        }
    }

    /// The first screen.
    pub(super) fn welcome(
        &self,
        layout: &Layout,
        http: SocketAddr,
        server: &Server,
    ) -> io::Result<()> {
        let (token, log) = (layout.token.display(), layout.log.display());
        let directory = layout.directory.display();
        let program = std::env::current_exe()?;
        let program = program.display();
        let process = server.process_id().unwrap_or_default();
        let kept = if self.keeps_data {
            "kept"
        } else {
            "removed at the end"
        };
        let server_flag = if http.to_string() == "127.0.0.1:8080" {
            String::new()
        } else {
            format!(" --server http://{http}")
        };
        terminal::print(&format!(
            "\
Wardline demo: a synthetic hospital sends HL7 v2 over MLLP, Wardline stores and delivers it to two partners.

  data   {directory} ({kept})
  log    {log}
  API    http://{http}/v1/openapi.json, token in {token}
  stats  curl -s -H @- http://{http}/metrics <<< \"Authorization: Bearer $(cat {token})\"

Type, then Enter:
  2      stop the partner `lab` and watch its messages wait; again 2 starts it, and they arrive in order
  1      the same with the partner `ehr`
  k      kill -9 the server (process {process}); it is started again, and nothing acknowledged is gone
  q      end: everything acknowledged is delivered and compared with what the partners got

In another terminal:
  export WARDLINE_TOKEN_FILE={token}
  {program} bed list --watch{server_flag}
  {program} channel list{server_flag}
  {program} message list{server_flag} --limit 5
  {program} dlq list{server_flag}

"
        ))
    }

    /// As whom one may sign in.
    pub(super) fn introduce(people: Option<&People>, http: SocketAddr) -> io::Result<()> {
        let Some(people) = people else { return Ok(()) };
        let program = std::env::current_exe()?;
        let (program, file) = (program.display(), people.file.display());
        let password = people.password.as_str();
        terminal::print(&format!(
            "\
People, only for this demonstration: `kim` (nurse, ICU), `lee` (nurse, MED), `dora` (physician, ICU), `rita` (desk),
`ada` (auditor), `pat` (privacy officer); each with the password {password}
  {program} sign-in --login kim --enrol --server http://{http}                          a second factor first
  {program} sign-in --login kim --token-file kim.session --server http://{http}
  {program} bed list --token-file kim.session --server http://{http}
`root` is the administrator; her second factor is in {file}.

"
        ))
    }

    /// Something happened.
    pub(super) fn say(&mut self, what: &str) -> io::Result<()> {
        let text = format!("{}  > {what}\n", self.rewind());
        self.lines = 0;
        terminal::print(&text)
    }

    /// The figures now.
    pub(super) fn show(
        &mut self,
        server: &Server,
        counts: &Counts,
        partners: &[Partner; 2],
    ) -> io::Result<()> {
        let is_due = self.on_terminal || self.looks.is_multiple_of(LOOKS_PER_LINE);
        self.looks += 1;
        if !is_due {
            return Ok(());
        }
        let figures = figures(server, counts, (partners, &self.queues));
        let text = format!("{}{figures}", self.rewind());
        self.lines = if self.on_terminal {
            figures.lines().count()
        } else {
            0
        };
        terminal::print(&text)
    }

    /// The last word.
    pub(super) fn conclude(&mut self, verdict: &Verdict) -> io::Result<()> {
        let judgement = if verdict.is_good() {
            "Nothing was lost."
        } else {
            "SOMETHING IS WRONG."
        };
        self.lines = 0;
        terminal::print(&format!(
            "\n{judgement} {} messages were acknowledged, {} of them are missing at ehr;\n{} came out of order, {} came \
             more than once.\n",
            verdict.acknowledged, verdict.missing, verdict.out_of_order, verdict.repeated
        ))
    }

    /// What brings the cursor back to the first line of the figures.
    fn rewind(&self) -> String {
        if self.lines == 0 {
            String::new()
        } else {
            format!("\x1b[{}A\x1b[J", self.lines)
        }
    }
}

fn figures(
    server: &Server,
    counts: &Counts,
    (partners, queues): (&[Partner; 2], &Queues),
) -> String {
    let running = server.process_id().map_or_else(
        || "is not running".to_owned(),
        |id| format!("runs as process {id}, start {}", server.starts()),
    );
    let lines = [
        format!(
            "  hospital   {:>8} sent {:>8} acknowledged {:>6} sent again {:>6} refused",
            counts.told, counts.acknowledged, counts.resent, counts.refused
        ),
        format!("  wardline   {running}"),
        partner_line(PARTNERS[0], &partners[0], queues),
        partner_line(PARTNERS[1], &partners[1], queues),
    ];
    lines.join("\n") + "\n"
}

fn partner_line(name: &str, partner: &Partner, queues: &Queues) -> String {
    let Summary {
        received,
        duplicates,
        inversions,
        ..
    } = partner.summary();
    let state = if partner.is_running() {
        "answers"
    } else {
        "STOPPED"
    };
    let queue = queues.of(name).map_or_else(
        || format!("{:>8} waiting {:>5} dead letters", "?", "?"),
        |now| format!("{:>8} waiting {:>5} dead letters", now.waiting, now.dead),
    );
    format!(
        "  {name:<10} {received:>8} arrived {queue} {duplicates:>5} twice {inversions:>5} out of order   {state}"
    )
}
