//! A stand-in for AWS KMS: its JSON protocol as the API Reference documents it, with signatures that are checked.
//! It shows that requests are formed and answers are read as documented; it is not AWS.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::http::{Asked, serve};

/// Whom it knows.
pub const KMS_ACCESS_KEY: &str = "AKIDKMSTEST";
/// That one's secret.
pub const KMS_SECRET: &str = "kms/secret+of/a+test";
/// Where it is.
pub const KMS_REGION: &str = "eu-central-1";

/// A KMS of a test, with the one key `alias/wardline`.
pub struct KmsStandIn {
    state: Arc<Mutex<State>>,
    port: u16,
}

#[derive(Default)]
struct State {
    rotations: usize,
    /// By blob: the plaintext and its context.
    wrapped: BTreeMap<String, (String, Json)>,
    /// What it answers instead, for as many requests.
    fault: Option<(usize, u16, &'static str)>,
    /// Every request: what was asked, and whether its signature was right.
    log: Vec<String>,
}

impl KmsStandIn {
    /// Starts one.
    pub fn start() -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let port = serve(move |asked| {
            let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
            state.answer(asked)
        });
        Self { state, port }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The next `count` requests are answered with this error.
    pub fn fail(&self, count: usize, status: u16, kind: &'static str) {
        self.lock().fault = Some((count, status, kind));
    }

    /// What was asked so far, in order.
    pub fn log(&self) -> Vec<String> {
        self.lock().log.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Answer = (u16, String);

fn error(status: u16, kind: &str) -> Answer {
    let body = json!({ "__type": kind, "message": "as a test asked for" });
    (status, body.to_string())
}

impl State {
    fn answer(&mut self, asked: &Asked) -> Answer {
        let target = asked.headers.get("x-amz-target").cloned();
        let target = target.unwrap_or_default();
        let action = target.strip_prefix("TrentService.").unwrap_or("?");
        self.log.push(action.to_owned());
        if let Some((left, status, kind)) = self.fault.as_mut().filter(|fault| fault.0 > 0) {
            *left -= 1;
            return error(*status, kind);
        }
        if asked.method != "POST"
            || asked.headers.get("content-type").map(String::as_str)
                != Some("application/x-amz-json-1.1")
        {
            return error(400, "SerializationException");
        }
        if !is_signed(asked, "kms") {
            return error(400, "com.amazon.coral.service#InvalidSignatureException");
        }
        let Ok(body) = serde_json::from_slice::<Json>(&asked.body) else {
            return error(400, "SerializationException");
        };
        let keys = ["KeyId", "SourceKeyId", "DestinationKeyId"];
        let mut named = keys.iter().filter_map(|key| body[*key].as_str());
        if named.any(|key| key != "alias/wardline") {
            return error(400, "NotFoundException");
        }
        self.act(action, &body)
    }

    fn act(&mut self, action: &str, body: &Json) -> Answer {
        let answer = match action {
            "Encrypt" => self.wrap(
                body["Plaintext"].as_str().unwrap(),
                &body["EncryptionContext"],
            ),
            "Decrypt" => {
                let (blob, context) = (&body["CiphertextBlob"], &body["EncryptionContext"]);
                match self.unwrap(blob, context) {
                    Some(plaintext) => json!({ "KeyId": "arn", "Plaintext": plaintext }),
                    None => return error(400, "InvalidCiphertextException"),
                }
            }
            "ReEncrypt" => {
                let (blob, context) = (&body["CiphertextBlob"], &body["SourceEncryptionContext"]);
                match self.unwrap(blob, context) {
                    Some(plaintext) => self.wrap(&plaintext, &body["DestinationEncryptionContext"]),
                    None => return error(400, "InvalidCiphertextException"),
                }
            }
            "RotateKeyOnDemand" => {
                self.rotations += 1;
                json!({ "KeyId": "arn" })
            }
            "ListKeyRotations" => self.rotations(body),
            _ => return error(400, "UnknownOperationException"),
        };
        (200, answer.to_string())
    }

    fn wrap(&mut self, plaintext: &str, context: &Json) -> Json {
        let mut blob = [0; 48];
        aws_lc_rs::rand::fill(&mut blob).unwrap();
        let blob = STANDARD.encode(blob);
        let kept = (plaintext.to_owned(), context.clone());
        self.wrapped.insert(blob.clone(), kept);
        json!({ "CiphertextBlob": blob, "KeyId": "arn", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT" })
    }

    fn unwrap(&self, blob: &Json, context: &Json) -> Option<String> {
        let (plaintext, of) = self.wrapped.get(blob.as_str()?)?;
        (of == context).then(|| plaintext.clone())
    }

    /// Two rotations on a page, so that pages are followed.
    fn rotations(&self, body: &Json) -> Json {
        let from: usize = body["Marker"]
            .as_str()
            .map_or(0, |marker| marker.parse().unwrap());
        let to = (from + 2).min(self.rotations);
        let page: Vec<Json> = (from..to)
            .map(|_| json!({ "KeyId": "arn", "RotationDate": 1_795_255_200.0, "RotationType": "ON_DEMAND" }))
            .collect();
        if to < self.rotations {
            json!({ "Rotations": page, "Truncated": true, "NextMarker": to.to_string() })
        } else {
            json!({ "Rotations": page, "Truncated": false })
        }
    }
}

/// Whether the signature in `Authorization` is right: Signature Version 4, built up here on its own.
fn is_signed(asked: &Asked, service: &str) -> bool {
    let signed = || {
        let header = asked.headers.get("authorization")?;
        let fields = header.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let field = |name: &str| {
            let mut fields = fields.split(", ");
            fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        };
        let credential: Vec<&str> = field("Credential")?.split('/').collect();
        let [id, day, region, of, last] = credential.as_slice() else {
            return None;
        };
        let is_here = *id == KMS_ACCESS_KEY && *region == KMS_REGION && *of == service;
        let names = field("SignedHeaders")?;
        let needed = ["host", "x-amz-date", "x-amz-target", "content-type"];
        if !is_here
            || needed
                .iter()
                .any(|name| !names.split(';').any(|n| n == *name))
        {
            return None;
        }
        let lines = names.split(';').map(|name| {
            let value = asked.headers.get(name)?;
            Some(format!("{name}:{value}\n"))
        });
        let lines: String = lines.collect::<Option<_>>()?;
        let body = hex(digest::digest(&digest::SHA256, &asked.body).as_ref());
        let request = format!(
            "{}\n{}\n\n{lines}\n{names}\n{body}",
            asked.method, asked.path
        );
        let request = hex(digest::digest(&digest::SHA256, request.as_bytes()).as_ref());
        let date = asked.headers.get("x-amz-date")?;
        let scope = format!("{day}/{region}/{of}/{last}");
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{request}");
        let mut key = format!("AWS4{KMS_SECRET}").into_bytes();
        for part in [day, region, of, last] {
            key = mac(&key, part.as_bytes());
        }
        (hex(&mac(&key, text.as_bytes())) == field("Signature")?).then_some(())
    };
    signed().is_some()
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    nibbles
        .map(|nibble| char::from_digit(u32::from(nibble), 16).unwrap())
        .collect()
}
