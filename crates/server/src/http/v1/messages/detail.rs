//! One message with everything that is known of it.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_hl7::{Charset, Message};
use wardline_messaging::OpenedBody;
use wardline_messaging::operations::MessageView;

use super::super::filter::State;
use super::content::Content;
use super::delivery::Delivery;
use super::head::MessageHead;
use super::identifiers::Identifiers;

/// One message with everything that is known of it.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct MessageDetail {
    message: MessageHead,
    state: State,
    /// Whether values are masked, because the token has not the scope `phi`.
    masked: bool,
    /// The numbers that the message can be found by; not there when it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Identifiers>,
    /// The message, parsed.
    content: Content,
    /// The answers that the sender got, in order.
    answers: Vec<Content>,
    /// What became of it at each destination.
    deliveries: Vec<Delivery>,
}

impl MessageDetail {
    /// `character_set` is how the channel says that text is read where MSH-18 does not.
    pub(super) fn new(
        view: MessageView,
        (body, character_set): (&OpenedBody, Option<Charset>),
        masked: bool,
    ) -> Self {
        let parsed = Message::parse(&body.raw).ok();
        let parsed = parsed.map(|message| message.with_default_charset(character_set));
        Self {
            message: view.record.into(),
            state: view.state.into(),
            masked,
            identifiers: parsed.map(|message| Identifiers::of(&message, masked)),
            content: Content::of_message((&body.raw, character_set), masked),
            answers: body
                .answers
                .iter()
                .map(|answer| Content::of(answer, masked))
                .collect(),
            deliveries: view
                .deliveries
                .into_iter()
                .map(|d| Delivery::new(d, masked))
                .collect(),
        }
    }
}
