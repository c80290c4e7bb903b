//! Early warning scores: what goes in, what comes out, and when a change of band is told.
//!
//! [`Score`] is what a site brings when it scores by other rules; [`News2`](crate::news2::News2) is the default.
//! A score is a total only when nothing is missing and nothing is stale.

mod assessment;
mod inputs;
mod watch;

pub use assessment::{Assessment, Band, Complete, Incomplete, NotApplicable, Part};
pub use inputs::{Inputs, SaturationScale, Subject};
pub use watch::{BandEvent, BandPolicy, BandWatch, Sample};

use crate::observation::Parameter;

/// A way to turn vital signs into one number and a band.
pub trait Score: Send + Sync + 'static {
    /// Its name, as in `NEWS2`.
    fn name(&self) -> &'static str;

    /// Whose rules these are: shown wherever the score is shown.
    fn attribution(&self) -> &'static str;

    /// The parameters it needs, in the order in which they are shown.
    fn parameters(&self) -> &'static [Parameter];

    /// Scores `inputs` for `subject`. Never a total when a parameter is missing or stale.
    fn assess(&self, inputs: &Inputs, subject: Subject) -> Assessment;
}
