//! Controls of transmission: whatever leaves this machine is sealed on the way.

use super::access::named;
use super::control::{Control, Found};
use super::facts::{Facts, NamedLink};
use crate::insight::Link;

pub(super) const CONTROLS: &[Control] = &[
    Control {
        id: "transit.http",
        title: "The HTTP API and the console are reached by TLS, or from this machine alone",
        citations: &["164.312(e)(2)(i)", "164.312(e)(2)(ii)"],
        to_do: "Set http.certificate_file and http.key_file; where a proxy ends TLS, look at the proxy and the way from it.",
        check: http,
    },
    Control {
        id: "transit.mllp-in",
        title: "Messages come in by TLS, or from this machine",
        citations: &["164.312(e)(2)(i)", "164.312(e)(2)(ii)"],
        to_do: "Give the channels that are named a [listener.tls]; senders that cannot speak it need a tunnel to this machine.",
        check: |facts| all_sealed(&facts.links.listeners, "channels that take messages"),
    },
    Control {
        id: "transit.partners",
        title: "Messages go out by TLS, or to this machine",
        citations: &["164.312(e)(2)(i)", "164.312(e)(2)(ii)"],
        to_do: "Give the destinations that are named their TLS; partners that cannot speak it need a tunnel from this machine.",
        check: partners,
    },
    Control {
        id: "transit.redis",
        title: "Redis is reached by TLS, or on this machine",
        citations: &["164.312(e)(2)(i)", "164.312(e)(2)(ii)"],
        to_do: "Set redis.ca_file, and take redis.allow_plain_text away; `wardline redis certs` makes certificates.",
        check: redis,
    },
];

fn http(facts: &Facts) -> Found {
    match facts.links.http {
        Link::Tls => Found::pass("it speaks TLS"),
        Link::ThisMachine => Found::pass("it is reached from this machine alone, in clear")
            .and("whether a proxy here lets others in cannot be seen"),
        Link::PlainText => Found::unknown(
            "it speaks clear text beyond this machine, as http.allow_plain_text says: whether a proxy ends TLS cannot be seen",
        ),
    }
}

fn partners(facts: &Facts) -> Found {
    let found = all_sealed(&facts.links.partners, "destinations over a network");
    match facts.links.folders {
        0 => found,
        folders => found.and(format!(
            "folders that messages are written into in clear: {folders}"
        )),
    }
}

fn all_sealed(links: &[NamedLink], what: &str) -> Found {
    let of = |link| links.iter().filter(|it| it.link == link).count();
    if links.is_empty() {
        return Found::not_applicable(format!("there are no {what}"));
    }
    let told = format!(
        "{what}: {}; by TLS: {}; in clear on this machine: {}",
        links.len(),
        of(Link::Tls),
        of(Link::ThisMachine)
    );
    let plain = links.iter().filter(|it| it.link == Link::PlainText);
    let plain: Vec<String> = plain.map(|it| it.name.clone()).collect();
    if plain.is_empty() {
        return Found::pass(told);
    }
    Found::fail(told).and(named("in clear beyond this machine", &plain))
}

fn redis(facts: &Facts) -> Found {
    match facts.links.redis {
        None => Found::not_applicable("the store is on this machine"),
        Some(Link::Tls) => Found::pass("TLS 1.3, with the servers' certificates checked"),
        Some(Link::ThisMachine) => {
            Found::pass("every server that is configured is on this machine")
        }
        Some(Link::PlainText) => {
            Found::fail("in clear beyond this machine, as redis.allow_plain_text says")
        }
    }
}
