//! How data comes and goes, by the channels in force.

use wardline_messaging::channel::{Channel, Destination, DestinationKind};

use crate::compliance::facts::{LinkFacts, NamedLink};
use crate::http::api::Api;
use crate::insight::{Link, Protection};
use crate::outbound::is_this_machine;

pub(super) fn links(api: &Api, protection: Protection) -> LinkFacts {
    let mut links = LinkFacts {
        http: protection.http,
        redis: protection.redis,
        listeners: Vec::new(),
        partners: Vec::new(),
        folders: 0,
    };
    for channel in api.messaging.channel_definitions() {
        if channel.enabled {
            links.listeners.push(listener(&channel));
        }
        for destination in channel.destinations.iter().filter(|it| it.enabled) {
            let name = || format!("{}/{}", channel.name, destination.name);
            match partner(destination) {
                Some(link) => links.partners.push(NamedLink { name: name(), link }),
                None if matches!(destination.kind, DestinationKind::File(_)) => links.folders += 1,
                None => {}
            }
        }
    }
    links
}

fn listener(channel: &Channel) -> NamedLink {
    let listener = &channel.listener;
    let is_here = listener.address.ip().is_loopback();
    NamedLink {
        name: channel.name.to_string(),
        link: Link::of(listener.tls.is_some(), is_here),
    }
}

/// How a destination is reached; `None` for one that no network leads to.
fn partner(destination: &Destination) -> Option<Link> {
    match &destination.kind {
        DestinationKind::Mllp(partner) => {
            let host = partner.address.rsplit_once(':').map(|(host, _)| host);
            let host = host.unwrap_or_default().trim_matches(['[', ']']);
            Some(Link::of(partner.tls.is_some(), is_this_machine(host)))
        }
        // In clear it is to a loopback address: the file of a channel is refused otherwise.
        DestinationKind::Webhook(webhook) => {
            Some(Link::of(webhook.url.starts_with("https://"), true))
        }
        DestinationKind::File(_) | DestinationKind::Beds | DestinationKind::Records => None,
    }
}
