//! The patients of the bench: admitted over MLLP, each with a full set of values.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::process;

const LONGEST_ADMISSION: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);
/// Beds of one call: seven values each, of at most 1,000.
const BEDS_OF_ONE_CALL: usize = 100;
/// A pulse of 100 is none that the watchers count.
const VALUES: [(&str, &str, &str); 7] = [
    ("respiratory_rate", "16", "/min"),
    ("oxygen_saturation", "98", "%"),
    ("supplemental_oxygen", "air", ""),
    ("systolic_pressure", "120", "mm[Hg]"),
    ("pulse", "100", "/min"),
    ("consciousness", "alert", ""),
    ("temperature", "36.8", "Cel"),
];

/// Where a Wardline listens, and what opens it.
pub(super) struct Hospital {
    pub(super) http_port: u16,
    pub(super) mllp_port: u16,
    pub(super) token: String,
}

/// Has the bench's channel feed live beds.
pub(super) fn add_destination(folder: &Path) -> Result<()> {
    let channel = folder.join("wardline/channels/bench.toml");
    let mut file = OpenOptions::new().append(true).open(channel)?;
    file.write_all(
        b"\n[[destination]]\nname = \"beds\"\nkind = \"beds\"\nparallel_patients = 16\n",
    )?;
    Ok(())
}

impl Hospital {
    /// Admits a patient to each of so many beds, and charts a full set of values.
    pub(super) fn fill(&self, beds: usize) -> Result<()> {
        self.admit(beds)?;
        let numbers: Vec<usize> = (1..=beds).collect();
        for some in numbers.chunks(BEDS_OF_ONE_CALL) {
            let began = Instant::now();
            // Values of a bed are refused until its admission is delivered.
            loop {
                let taken_at = process::output(Command::new("date").args(["-u", "+%FT%TZ"]))?;
                let body = values(some, taken_at.trim());
                let (status, _) = self.call("POST", "/v1/vitals", &body)?;
                if status == "200" {
                    break;
                }
                let is_early = ["207", "422"].contains(&status.as_str());
                ensure!(
                    is_early && began.elapsed() < LONGEST_ADMISSION,
                    "the first values are answered with {status}"
                );
                std::thread::sleep(PAUSE);
            }
        }
        Ok(())
    }

    /// The JSON of a bed.
    pub(super) fn bed(&self, number: usize) -> Result<String> {
        let (status, body) = self.call("GET", &format!("/v1/beds/BENCH~{number}~1"), "")?;
        ensure!(status == "200", "a bed is answered with {status}");
        Ok(body)
    }

    fn admit(&self, beds: usize) -> Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.mllp_port))?;
        stream.set_read_timeout(Some(LONGEST_ADMISSION))?;
        for number in 1..=beds {
            stream.write_all(admission(number).as_bytes())?;
            let mut answer = Vec::new();
            let mut some = [0; 1_024];
            while !answer.ends_with(b"\x1c\r") {
                let count = stream.read(&mut some)?;
                ensure!(count > 0, "an admission is not answered");
                answer.extend_from_slice(some.get(..count).unwrap_or_default());
            }
            let answer = String::from_utf8_lossy(&answer);
            let is_accepted = answer.contains("MSA|AA") || answer.contains("MSA|CA");
            ensure!(is_accepted, "an admission is refused");
        }
        Ok(())
    }

    /// Status and body of an answer. HTTP/1.0, so the body ends with the connection.
    fn call(&self, method: &str, path: &str, body: &str) -> Result<(String, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http_port))?;
        stream.set_read_timeout(Some(LONGEST_ADMISSION))?;
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .context("an answer without headers")?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        Ok((status.to_owned(), body.to_owned()))
    }
}

fn admission(number: usize) -> String {
    format!(
        "\x0bMSH|^~\\&|ADT|BENCH|WARDLINE|BENCH|20250101080000||ADT^A01^ADT_A01|BED{number}|P|2.5.1\r\
         PID|1||MRN{number:06}^^^BENCH^MR||EVERYWOMAN^EVE||19610615|F\r\
         PV1|1|I|BENCH^{number}^1||||||||||||||||VISIT{number}\r\x1c\r"
    )
}

fn values(beds: &[usize], taken_at: &str) -> String {
    let of_bed = |bed: &usize| {
        let bed = format!("BENCH~{bed}~1");
        VALUES.map(|(parameter, value, unit)| {
            json!({
                "bed": bed, "parameter": parameter, "value": value, "unit": unit, "taken_at": taken_at,
                "device": "monitor",
            })
        })
    };
    let items: Vec<Value> = beds.iter().flat_map(of_bed).collect();
    json!({ "items": items }).to_string()
}
