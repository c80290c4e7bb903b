//! A partner that answers as it is told.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_messaging::channel::Destination;
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Parcel, Partner, PartnerFactory, SendOutcome};

/// How the partner answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mood {
    Accepts,
    Refuses,
    IsAway,
}

/// A partner whose mood tests change.
#[derive(Clone)]
pub(crate) struct Scripted(Arc<Mutex<Mood>>);

impl Scripted {
    pub(crate) fn new(mood: Mood) -> Self {
        Self(Arc::new(Mutex::new(mood)))
    }

    pub(crate) fn becomes(&self, mood: Mood) {
        *self.0.lock().unwrap() = mood;
    }
}

#[async_trait]
impl Partner for Scripted {
    async fn send(&self, _: Parcel) -> SendOutcome {
        let mood = *self.0.lock().unwrap();
        let answer = |code: &str, text: &str| {
            let header = "MSH|^~\\&|EHR|HOSP|ADT|HOSP|20261121||ACK|9|P|2.5.1\r";
            Bytes::from(format!("{header}MSA|{code}|CTL-42|{text}\r"))
        };
        match mood {
            Mood::Accepts => SendOutcome::Accepted {
                answer: answer("AA", ""),
            },
            Mood::Refuses => SendOutcome::Refused {
                answer: answer("AR", "no bed for EVERYWOMAN"),
            },
            Mood::IsAway => SendOutcome::NotSent {
                detail: "connection refused".to_owned(),
            },
        }
    }
}

impl PartnerFactory for Scripted {
    fn partner(&self, _: &ChannelName, _: &Destination) -> Result<Arc<dyn Partner>, String> {
        Ok(Arc::new(self.clone()))
    }
}
