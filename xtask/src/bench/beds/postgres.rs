//! A private PostgreSQL that holds beds as JSON by their number, and `pgbench` to read them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::CONNECTIONS;
use crate::bench::free_port;
use crate::bench::sessions::Figures;
use crate::bench::table::real;
use crate::{process, system_packages};

/// Where Debian keeps the versions of PostgreSQL.
const VERSIONS: &str = "/usr/lib/postgresql";
/// `pgbench` writes down one of so many of its reads.
const ONE_OF: u32 = 100;

/// A PostgreSQL that runs until this is dropped; its files go with it.
pub(super) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    beds: usize,
}

impl Postgres {
    /// Makes a cluster as Debian's defaults have it, and puts these beds in, numbered from 1.
    pub(super) fn start(beds: &[String]) -> Result<Self> {
        let programs = newest(Path::new(VERSIONS))?;
        let made = process::output(unprivileged(Path::new("mktemp")).args(["-d"]))?;
        let folder = PathBuf::from(made.trim());
        let port = free_port()?;
        let postgres = Self {
            programs,
            folder,
            port,
            beds: beds.len(),
        };
        let data = postgres.folder.join("data");
        let mut make = postgres.program("initdb");
        process::output(
            make.args(["--auth=trust", "--encoding=UTF8", "-D"])
                .arg(&data),
        )?;
        let mut start = postgres.program("pg_ctl");
        start
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(postgres.folder.join("log"));
        start.args(["-w", "start", "-o"]);
        start.arg(format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}",
            postgres.folder.display()
        ));
        // Its output goes to the server, which would keep a pipe open.
        ensure!(process::succeeds(&mut start), "PostgreSQL does not start");
        postgres.fill(beds)?;
        Ok(postgres)
    }

    /// Reads beds at random for so long.
    pub(super) fn measure(&self, seconds: u64) -> Result<Figures> {
        let script = self.folder.join("read.sql");
        let text = format!(
            "\\set number random(1, {})\nSELECT body FROM bed WHERE number = :number;\n",
            self.beds
        );
        // The folder is the other user's.
        let mut write = unprivileged(Path::new("tee"))
            .arg(&script)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        write
            .stdin
            .take()
            .context("no input")?
            .write_all(text.as_bytes())?;
        ensure!(write.wait()?.success(), "the script cannot be written");
        let log = self.folder.join("reads");
        let mut bench = self.program("pgbench");
        bench.args([
            "-n",
            "-M",
            "prepared",
            "-j",
            "2",
            "-c",
            &CONNECTIONS.to_string(),
        ]);
        bench
            .arg("-f")
            .arg(&script)
            .args(["-T", &seconds.to_string(), "-l"]);
        bench.arg(format!("--log-prefix={}", log.display()));
        bench.arg(format!("--sampling-rate={}", 1.0 / f64::from(ONE_OF)));
        bench.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "postgres"]);
        let printed = process::output(&mut bench)?;
        let mut logs = unprivileged(Path::new("sh"));
        let cat = format!("cat {0}.* && rm {0}.*", log.display());
        let reads = process::output(logs.args(["-c", &cat]))?;
        figures(&printed, &reads)
    }

    fn fill(&self, beds: &[String]) -> Result<()> {
        let mut psql = self.program("psql");
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p"]);
        psql.args([&self.port.to_string(), "postgres"]);
        let mut psql = psql.stdin(Stdio::piped()).spawn()?;
        let mut input = psql.stdin.take().context("no input")?;
        writeln!(
            input,
            "CREATE TABLE bed (number integer PRIMARY KEY, body text NOT NULL);"
        )?;
        for (bed, number) in beds.iter().zip(1..) {
            writeln!(input, "INSERT INTO bed VALUES ({number}, $bed${bed}$bed$);")?;
        }
        writeln!(input, "VACUUM ANALYZE bed;")?;
        drop(input);
        ensure!(psql.wait()?.success(), "psql failed");
        Ok(())
    }

    fn program(&self, name: &str) -> Command {
        unprivileged(&self.programs.join(name))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.args(["-m", "immediate", "-w", "stop", "-D"]);
        process::succeeds(stop.arg(self.folder.join("data")));
        process::succeeds(unprivileged(Path::new("rm")).arg("-r").arg(&self.folder));
    }
}

/// A command as a user whom PostgreSQL accepts: it does not run as root.
fn unprivileged(program: &Path) -> Command {
    let mut command = if system_packages::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

/// The folder of the newest version's programs.
fn newest(versions: &Path) -> Result<PathBuf> {
    let found =
        std::fs::read_dir(versions).context("PostgreSQL is missing: apt install postgresql")?;
    let version = |name: &std::ffi::OsStr| name.to_str()?.parse::<u32>().ok();
    let newest = found
        .flatten()
        .filter_map(|it| version(&it.file_name()))
        .max();
    let newest = newest.context("PostgreSQL is missing: apt install postgresql")?;
    Ok(versions.join(newest.to_string()).join("bin"))
}

/// What `pgbench` printed, and its log: client, transaction, microseconds and more on each line.
fn figures(printed: &str, log: &str) -> Result<Figures> {
    let rate = printed.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|rest| rest.split(' ').next());
    let waits = log
        .lines()
        .filter_map(|line| line.split(' ').nth(2)?.parse().ok());
    let mut waits: Vec<u64> = waits.collect();
    waits.sort_unstable();
    let of_100 = |share| Some(format!("{:.2}ms", real(quantile(&waits, share)?) / 1_000.0));
    Ok(Figures {
        per_second: rate.context("pgbench tells no rate")?.parse()?,
        p50: of_100(50).unwrap_or_default(),
        p99: of_100(99).unwrap_or_default(),
    })
}

/// What so many of 100 do not exceed, of sorted ones.
fn quantile(sorted: &[u64], of_100: usize) -> Option<u64> {
    let rank = (sorted.len() * of_100).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "number of clients: 64\nlatency average = 1.561 ms\ninitial connection time = 90.1 ms\n\
        tps = 41000.532184 (without initial connection time)\n";

    #[test]
    fn the_rate_and_the_waits_of_pgbench_are_read() {
        let lines: Vec<String> = (1..=200)
            .map(|wait| format!("0 199 {wait}000 0 1175850568 995598"))
            .collect();
        let log = lines.join(
            "
",
        );

        let figures = figures(PRINTED, &log).unwrap();

        assert!((figures.per_second - 41_000.532).abs() < 0.001);
        assert_eq!(
            (figures.p50.as_str(), figures.p99.as_str()),
            ("100.00ms", "198.00ms")
        );
    }

    #[test]
    fn without_a_rate_there_are_no_figures() {
        assert!(figures("pgbench: error", "").is_err());
    }

    #[test]
    fn a_log_that_sampled_nothing_gives_no_quantile() {
        assert_eq!(figures(PRINTED, "").unwrap().p99, "");
        assert_eq!(quantile(&[], 50), None);
        assert_eq!(quantile(&[7], 1), Some(7));
    }
}
