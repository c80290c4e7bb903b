//! The HTTP API: `/v1`, health and metrics.
//!
//! A request passes `observe` (recorded), `auth` (admitted: the scopes come from the API's own description, and what
//! is not described is closed), `limits`, and reaches a handler in `v1`. A handler parses, calls one operation of
//! the service and translates the answer. What no route is for is asked of `console`. [`router`] puts it together, [`HttpServer`] serves it.

mod api;
pub mod auth;
mod console;
mod cursor;
mod extract;
mod head_timer;
mod health;
mod idempotency;
mod if_match;
mod limits;
mod listen;
mod metrics_route;
mod observe;
mod openapi;
mod options;
mod problem;
mod protect;
mod short_way;
mod standby;
mod to_its_end;
mod v1;

pub use api::{ApiParts, description, router};
pub use listen::{Ending, HttpServer};
pub use options::{HttpOptions, MetricsAccess};
pub use short_way::HttpApi;
pub use standby::{StandbyParts, standby};
