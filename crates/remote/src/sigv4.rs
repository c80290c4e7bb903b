//! AWS Signature Version 4 in the header `Authorization`, for requests whose body is at hand.
//!
//! Source: "Create a signed AWS API request", AWS IAM User Guide; S3's own rules (path encoded once, hash of the body
//! in a header) from "Signature Calculations for the Authorization Header", Amazon S3 API Reference. The tests hold it
//! against the examples that those pages and AWS's test suite give.

use aws_lc_rs::{digest, hmac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wardline_kernel::UnixMillis;
use zeroize::Zeroizing;

use crate::credentials::StaticCredentials;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What is signed. Header names are in lower case.
pub(crate) struct Signable<'a> {
    pub(crate) method: &'a str,
    /// As it is sent: encoded, without the query.
    pub(crate) path: &'a str,
    /// Encoded pairs.
    pub(crate) query: Vec<(String, String)>,
    /// All headers that are sent but `authorization`; with `host` and `x-amz-date`.
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    /// SHA-256 of the body in hexadecimal digits.
    pub(crate) payload_sha256: &'a str,
}

/// For whom and when.
#[derive(Clone, Copy)]
pub(crate) struct SigningScope<'a> {
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) at: UnixMillis,
}

/// The value of `Authorization`.
pub(crate) fn authorization(
    credentials: &StaticCredentials,
    scope: SigningScope<'_>,
    request: &Signable<'_>,
) -> Zeroizing<String> {
    let date = amz_date(scope.at);
    let day = date.get(..8).unwrap_or_default();
    let of = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let (canonical, signed) = canonical(request);
    let hashed = sha256_hex(canonical.as_bytes());
    let to_sign = format!("{ALGORITHM}\n{date}\n{of}\n{hashed}");
    let secret = Zeroizing::new(format!("AWS4{}", credentials.secret.as_str()));
    let mut key = mac(secret.as_bytes(), day);
    for part in [scope.region, scope.service, "aws4_request"] {
        key = mac(key.as_ref(), part);
    }
    let signature = hex(mac(key.as_ref(), &to_sign).as_ref());
    Zeroizing::new(format!(
        "{ALGORITHM} Credential={}/{of}, SignedHeaders={signed}, Signature={signature}",
        credentials.id
    ))
}

/// `x-amz-date`: `YYYYMMDD'T'HHMMSS'Z'`.
pub(crate) fn amz_date(at: UnixMillis) -> String {
    let millis = i64::try_from(at).unwrap_or_default();
    let at = Timestamp::from_millisecond(millis).unwrap_or_default();
    let at = at.to_zoned(TimeZone::UTC);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Every byte but letters, digits, `-`, `.`, `_` and `~` as `%XX`; a `/` only where `in_path`.
pub(crate) fn encode(text: &str, in_path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~')
            || (in_path && byte == b'/');
        if is_plain {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 0x0f] {
                let digit = char::from_digit(u32::from(nibble), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
    out
}

/// The canonical request, and the names of its headers.
fn canonical(request: &Signable<'_>) -> (String, String) {
    let mut query = request.query.clone();
    query.sort();
    let query: Vec<String> = query.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let mut headers = request.headers.clone();
    headers.sort_unstable();
    let lines: String = headers
        .iter()
        .map(|(name, value)| [name, ":", &folded(value), "\n"].concat())
        .collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let signed = names.join(";");
    let canonical = format!(
        "{}\n{}\n{}\n{lines}\n{signed}\n{}",
        request.method,
        request.path,
        query.join("&"),
        request.payload_sha256
    );
    (canonical, signed)
}

/// A header's value without blanks around it, and one where several follow one another.
fn folded(value: &str) -> String {
    let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn mac(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    nibbles
        .map(|nibble| char::from_digit(u32::from(nibble), 16).unwrap_or('0'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2015-08-30T12:36:00Z, of AWS's test suite.
    const SUITE: u64 = 1_440_938_160_000;
    /// 2013-05-24T00:00:00Z, of the examples of S3.
    const S3: u64 = 1_369_353_600_000;
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn signature(secret: &str, scope: SigningScope<'_>, request: &Signable<'_>) -> String {
        let credentials = StaticCredentials {
            id: "AKIDEXAMPLE".to_owned(),
            secret: Zeroizing::new(secret.to_owned()),
            session: None,
        };
        let header = authorization(&credentials, scope, request);
        header.rsplit_once('=').unwrap().1.to_owned()
    }

    fn of_suite(method: &str, query: &[(&str, &str)], more: &[(&str, &str)]) -> String {
        let pair = |(k, v): &(&str, &str)| (encode(k, false), encode(v, false));
        let mut headers = vec![
            ("host", "example.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
        ];
        headers.extend_from_slice(more);
        let request = Signable {
            method,
            path: "/",
            query: query.iter().map(pair).collect(),
            headers,
            payload_sha256: NOTHING,
        };
        let scope = SigningScope {
            region: "us-east-1",
            service: "service",
            at: SUITE,
        };
        signature("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope, &request)
    }

    /// AWS Signature Version 4 test suite: get-vanilla, get-vanilla-query-order-key-case, get-vanilla-utf8-query,
    /// post-vanilla, get-header-value-trim.
    #[test]
    fn the_examples_of_the_test_suite_come_out() {
        assert_eq!(
            of_suite("GET", &[], &[]),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
        assert_eq!(
            of_suite("GET", &[("Param2", "value2"), ("Param1", "value1")], &[]),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        );
        assert_eq!(
            of_suite("GET", &[("\u{1234}", "bar")], &[]),
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"
        );
        assert_eq!(
            of_suite("POST", &[], &[]),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        let untrimmed = [("my-header1", " value1"), ("my-header2", " \"a   b   c\"")];
        assert_eq!(
            of_suite("GET", &[], &untrimmed),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
        );
    }

    fn of_s3(
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        more: &[(&str, &str)],
        body: &str,
    ) -> String {
        let pair = |(k, v): &(&str, &str)| (encode(k, false), encode(v, false));
        let hash = sha256_hex(body.as_bytes());
        let mut headers = vec![
            ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-date", "20130524T000000Z"),
            ("x-amz-content-sha256", hash.as_str()),
        ];
        headers.extend_from_slice(more);
        let path = encode(path, true);
        let request = Signable {
            method,
            path: &path,
            query: query.iter().map(pair).collect(),
            headers,
            payload_sha256: &hash,
        };
        let scope = SigningScope {
            region: "us-east-1",
            service: "s3",
            at: S3,
        };
        signature("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope, &request)
    }

    /// Amazon S3 API Reference: GET Object, PUT Object, GET Bucket Lifecycle, Get Bucket (List Objects).
    #[test]
    fn the_examples_of_s3_come_out() {
        assert_eq!(
            of_s3("GET", "/test.txt", &[], &[("range", "bytes=0-9")], ""),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        let more = [
            ("date", "Fri, 24 May 2013 00:00:00 GMT"),
            ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ];
        assert_eq!(
            of_s3(
                "PUT",
                "/test$file.text",
                &[],
                &more,
                "Welcome to Amazon S3."
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        );
        assert_eq!(
            of_s3("GET", "/", &[("lifecycle", "")], &[], ""),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        );
        assert_eq!(
            of_s3("GET", "/", &[("max-keys", "2"), ("prefix", "J")], &[], ""),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
    }

    #[test]
    fn a_time_is_written_as_aws_writes_it() {
        assert_eq!(amz_date(SUITE), "20150830T123600Z");
        assert_eq!(amz_date(0), "19700101T000000Z");
    }
}
