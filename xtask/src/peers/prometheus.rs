//! A real Prometheus: it scrapes the running Wardline, knows every metric that is asked for, and checks the rules.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::install::Tools;
use super::wardline::Wardline;
use super::{free_port, web};
use crate::{process, say, workspace};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(250);
const RULES: &str = "deploy/prometheus/alerts.yml";
const RULE_TESTS: &str = "deploy/prometheus/alerts.test.yml";

/// A Prometheus that scrapes every second; it ends when this is dropped.
pub(super) struct Prometheus {
    child: Child,
    port: u16,
}

impl Prometheus {
    pub(super) fn start(tools: &Tools, folder: &Path, wardline: &Wardline) -> Result<Self> {
        let port = free_port()?;
        let configuration = folder.join("prometheus.yml");
        std::fs::write(&configuration, scrape_configuration(wardline))?;
        let child = Command::new(&tools.prometheus)
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.join("prometheus-data").display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("prometheus.log"))?)
            .spawn()
            .context("cannot start prometheus")?;
        Ok(Self { child, port })
    }

    /// Wardline was scraped, every query of the dashboards and alerts can be answered, and each metric that
    /// they name is one that Wardline really emits.
    pub(super) fn check_metrics(&self, wardline: &Wardline) -> Result<()> {
        self.await_scrape()?;
        let token = std::fs::read_to_string(wardline.token_file())?;
        let page = web::get(wardline.http_port, "/metrics", Some(token.trim()))?;
        let emitted = emitted(&page);
        let queries = queries()?;
        for (file, query) in &queries {
            let path = format!("/api/v1/query?query={}", web::escaped(&as_asked(query)));
            web::get(self.port, &path, None).with_context(|| format!("{file}: {query}"))?;
            for name in names(query) {
                ensure!(emitted.contains(name), "{file}: Wardline emits no {name}");
            }
        }
        say::line(&format!(
            "prometheus: {} queries, {} metrics",
            queries.len(),
            emitted.len()
        ));
        Ok(())
    }

    fn await_scrape(&self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let query = format!(
            "/api/v1/query?query={}",
            web::escaped("up{job=\"wardline\"}")
        );
        while Instant::now() < deadline {
            if web::get(self.port, &query, None).is_ok_and(|body| body.contains(",\"1\"]")) {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        bail!("prometheus could not scrape /metrics")
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // A Prometheus that has ended already is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Checks the alert rules' syntax and runs their tests.
pub(super) fn check_rules(tools: &Tools) -> Result<()> {
    let promtool = |arguments: &[&str]| {
        process::run(
            Command::new(&tools.promtool)
                .args(arguments)
                .current_dir(workspace::root()),
        )
    };
    promtool(&["check", "rules", RULES])?;
    promtool(&["test", "rules", RULE_TESTS])
}

fn scrape_configuration(wardline: &Wardline) -> String {
    format!(
        "global: {{ scrape_interval: 1s }}\n\
         scrape_configs:\n\
         - job_name: wardline\n  \
           authorization: {{ credentials_file: {} }}\n  \
           static_configs: [{{ targets: ['127.0.0.1:{}'] }}]\n",
        wardline.token_file().display(),
        wardline.http_port
    )
}

/// Every query of the dashboards and the alert rules, with the file that it stands in.
fn queries() -> Result<Vec<(String, String)>> {
    let mut queries = Vec::new();
    for file in workspace::files()?
        .iter()
        .filter(|path| path.starts_with("deploy"))
    {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(workspace::root().join(file))?;
        let mut found = Vec::new();
        if file
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            dashboard_queries(
                &serde_json::from_str(&text).context(name.clone())?,
                &mut found,
            );
        } else if name == RULES {
            let expressions = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("expr: "));
            found.extend(expressions.map(str::to_owned));
        }
        queries.extend(found.into_iter().map(|query| (name.clone(), query)));
    }
    ensure!(
        queries.len() > 1,
        "there is no dashboard and no alert in deploy/"
    );
    Ok(queries)
}

fn dashboard_queries(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    Value::String(query) if key == "expr" => found.push(query.clone()),
                    other => dashboard_queries(other, found),
                }
            }
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| dashboard_queries(value, found)),
        _ => {}
    }
}

/// A query as Grafana asks it, its own variables filled in.
fn as_asked(query: &str) -> String {
    query
        .replace("$__rate_interval", "1m")
        .replace("$channel", ".*")
}

fn names(query: &str) -> BTreeSet<&str> {
    query
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter(|word| word.starts_with("wardline_"))
        .collect()
}

/// Names of the series that a page describes (OpenMetrics): those it has, and those it will have once there is
/// something to count.
fn emitted(page: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in page.lines() {
        let Some(description) = line.strip_prefix("# TYPE ") else {
            continue;
        };
        let Some((name, kind)) = description.split_once(' ') else {
            continue;
        };
        let endings: &[&str] = match kind {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_count", "_sum"],
            "info" => &["_info"],
            _ => &[""],
        };
        names.extend(endings.iter().map(|ending| format!("{name}{ending}")));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_described_counter_is_asked_for_by_its_total() {
        let page = "# TYPE wardline_acks counter\n# TYPE wardline_waiting gauge\n# EOF\n";

        let emitted = emitted(page);

        assert!(emitted.contains("wardline_acks_total"));
        assert!(emitted.contains("wardline_waiting"));
        assert!(!emitted.contains("wardline_acks"));
    }

    #[test]
    fn queries_are_found_at_any_depth_of_a_dashboard() {
        let dashboard =
            serde_json::json!({"panels": [{"targets": [{"expr": "a"}]}, {"expr": "b"}]});
        let mut found = Vec::new();

        dashboard_queries(&dashboard, &mut found);

        assert_eq!(found, ["a", "b"]);
    }
}
