//! An archive in a bucket of S3, or of what speaks like it.
//!
//! A file is put with its SHA-256 and only where there is none of its name, then read back and compared: what is told
//! to be archived was there. Object Lock, versioning and lifecycle are the bucket's own and stay as they are.

use std::io;
use std::sync::Arc;

use ureq::http::Method;
use wardline_audit::port::ArchiveStore;
use wardline_kernel::Clock;
use zeroize::Zeroizing;

use crate::credentials::AwsCredentials;
use crate::http::{Answer, Client, Endpoint, EndpointError, Question, Tried, is_passing};
use crate::sigv4::{self, Signable, SigningScope};

/// Bytes of a file at most; a segment has 4,096 records.
const MAX_FILE_BYTES: u64 = 1 << 30;
/// Bytes of the answer to a put.
const MAX_ANSWER_BYTES: u64 = 256 * 1024;

/// Where the archive is.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The service.
    pub endpoint: Endpoint,
    /// The region, as it is signed.
    pub region: String,
    /// The bucket. It is in the path, not in the host's name.
    pub bucket: String,
    /// What names of files begin with: empty, or ending in `/`.
    pub prefix: String,
    /// Who asks.
    pub credentials: AwsCredentials,
}

/// Files in a bucket.
pub struct S3Archive {
    client: Client,
    settings: S3Settings,
    clock: Arc<dyn Clock>,
}

/// One request: method, file, what is sent, what is expected to be there.
struct Asked<'a> {
    method: Method,
    name: &'a str,
    body: Option<&'a [u8]>,
    max_answer_bytes: u64,
}

impl std::fmt::Debug for S3Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Archive")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl S3Archive {
    /// An archive; asks nothing yet.
    ///
    /// # Errors
    /// [`EndpointError`]
    pub fn new(settings: S3Settings, clock: Arc<dyn Clock>) -> Result<Self, EndpointError> {
        Ok(Self {
            client: Client::new(&settings.endpoint)?,
            settings,
            clock,
        })
    }

    fn ask(&self, asked: &Asked<'_>) -> io::Result<Answer> {
        self.client.tries(|within| {
            let question = match self.signed(asked) {
                Ok(question) => question,
                Err(error) => return Tried::Done(Err(error)),
            };
            match self.client.ask(&question, within) {
                Ok(answer) if is_passing(answer.status) || answer.status == 409 => {
                    Tried::Again(refused(&answer))
                }
                Ok(answer) => Tried::Done(Ok(answer)),
                Err(error) => Tried::Again(io::Error::other(error)),
            }
        })
    }

    fn signed<'b>(&self, asked: &Asked<'b>) -> io::Result<Question<'b>> {
        let credentials = self.settings.credentials.now().map_err(io::Error::other)?;
        let at = self.clock.now();
        let (date, body) = (sigv4::amz_date(at), asked.body.unwrap_or_default());
        let hash = sigv4::sha256_hex(body);
        let path = format!(
            "/{}/{}{}",
            self.settings.bucket, self.settings.prefix, asked.name
        );
        let path = sigv4::encode(&path, true);
        let mut sent: Vec<(&'static str, Zeroizing<String>)> = vec![
            ("x-amz-content-sha256", Zeroizing::new(hash.clone())),
            ("x-amz-date", Zeroizing::new(date)),
        ];
        if asked.body.is_some() {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
            sent.push((
                "x-amz-checksum-sha256",
                Zeroizing::new(base64(digest.as_ref())),
            ));
            sent.push(("if-none-match", Zeroizing::new("*".to_owned())));
        }
        if let Some(session) = credentials.session.clone() {
            sent.push(("x-amz-security-token", session));
        }
        let mut headers = vec![("host", self.client.authority.as_str())];
        headers.extend(sent.iter().map(|(name, value)| (*name, value.as_str())));
        let scope = SigningScope {
            region: &self.settings.region,
            service: "s3",
            at,
        };
        let request = Signable {
            method: asked.method.as_str(),
            path: &path,
            query: Vec::new(),
            headers,
            payload_sha256: &hash,
        };
        let authorization = sigv4::authorization(&credentials, scope, &request);
        sent.push(("authorization", authorization));
        Ok(Question {
            method: asked.method.clone(),
            target: path,
            headers: sent,
            body: asked.body,
            max_answer_bytes: asked.max_answer_bytes,
        })
    }

    fn is_there(&self, name: &str, content: &[u8]) -> io::Result<()> {
        if self.get(name)? == content {
            Ok(())
        } else {
            Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("the archive has another file of the name {name}"),
            ))
        }
    }
}

impl ArchiveStore for S3Archive {
    fn put(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let answer = self.ask(&Asked {
            method: Method::PUT,
            name,
            body: Some(content),
            max_answer_bytes: MAX_ANSWER_BYTES,
        })?;
        match answer.status {
            // 412: there is a file already, perhaps from a put whose answer was lost.
            200 | 412 => self.is_there(name, content),
            _ => Err(refused(&answer)),
        }
    }

    fn get(&self, name: &str) -> io::Result<Vec<u8>> {
        let answer = self.ask(&Asked {
            method: Method::GET,
            name,
            body: None,
            max_answer_bytes: MAX_FILE_BYTES,
        })?;
        match answer.status {
            200 => Ok(answer.body.to_vec()),
            404 => Err(io::Error::from(io::ErrorKind::NotFound)),
            _ => Err(refused(&answer)),
        }
    }
}

/// What S3 says, by the code of its XML.
fn refused(answer: &Answer) -> io::Error {
    let text = String::from_utf8_lossy(&answer.body);
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or("no reason was given", |(code, _)| code);
    let code: String = code
        .chars()
        .filter(char::is_ascii_graphic)
        .take(64)
        .collect();
    io::Error::other(format!("S3 answers {}: {code}", answer.status))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
