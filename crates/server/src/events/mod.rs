//! The service's events as a stream that a connection can be fed from.

mod place;

use std::time::Duration;

use futures_util::{Stream, stream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wardline_messaging::EventStream;
use wardline_messaging::model::Event;

pub(crate) use place::Place;

/// After this much silence a comment is sent, so that proxies keep the connection and a vanished reader is noticed.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// After this the stream ends and its reader comes back with its token.
const LONGEST: Duration = Duration::from_hours(1);

/// Events as they happen, shown by `show`, until the service stops, `stop`, or an hour has passed. `held` is kept as
/// long as the stream is.
pub(crate) fn stream<T, H>(
    events: EventStream,
    stop: CancellationToken,
    held: H,
    show: impl Fn(Event) -> T,
) -> impl Stream<Item = Result<T, std::convert::Infallible>> {
    let end = Instant::now() + LONGEST;
    stream::unfold((events, held, show), move |(mut events, held, show)| {
        let stop = stop.clone();
        async move {
            let event = tokio::select! {
                event = events.next() => event?,
                () = stop.cancelled() => return None,
                () = tokio::time::sleep_until(end) => return None,
            };
            let shown = show(event);
            Some((Ok(shown), (events, held, show)))
        }
    })
}
