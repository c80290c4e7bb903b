//! The service's events as a stream that a connection can be fed from.

mod place;

use std::convert::Infallible;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use wardline_messaging::EventStream;
use wardline_messaging::model::Event;

pub(crate) use place::Place;

/// After this much silence a comment is sent, so that proxies keep the connection and a vanished reader is noticed.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After this the stream ends and its reader comes back with its token.
const LONGEST: Duration = Duration::from_hours(1);

/// Events as they happen, shown by `show`, until the service stops, `end`, or an hour has passed. `held` is kept as
/// long as the stream is.
pub(crate) fn stream<T, H>(
    events: EventStream,
    end: impl Future<Output = ()> + Send,
    held: H,
    show: impl Fn(Event) -> T,
) -> impl Stream<Item = Result<T, Infallible>> {
    let events = stream::unfold((events, held), |(mut events, held)| async move {
        events.next().await.map(|event| (event, (events, held)))
    });
    until(events, end).map(move |event| Ok(show(event)))
}

/// The stream until `end`, or until an hour has passed.
pub(crate) fn until<S: Stream>(
    events: S,
    end: impl Future<Output = ()> + Send,
) -> impl Stream<Item = S::Item> {
    events.take_until(tokio::time::timeout(LONGEST, end))
}
