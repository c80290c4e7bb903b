//! How often things happen. Per inpatient and day: ADT 6, orders 12, results 16, prescriptions 20,
//! documents 3, charges 10; a length of stay of mean 5 days; 72 % of beds taken. These are working
//! assumptions for a general hospital, not measurements of one.

/// Events an hour for one inpatient, before the time of day is weighed in.
pub(crate) mod per_inpatient_hour {
    pub(crate) const RECORD_UPDATES: f64 = 4.5 / 24.0;
    pub(crate) const TRANSFERS: f64 = 0.35 / 24.0;
    pub(crate) const LABORATORY_ORDERS: f64 = 10.0 / 24.0;
    pub(crate) const IMAGING_ORDERS: f64 = 2.0 / 24.0;
    pub(crate) const PRESCRIPTIONS: f64 = 20.0 / 24.0;
    pub(crate) const DOCUMENTS: f64 = 3.0 / 24.0;
    pub(crate) const CHARGES: f64 = 10.0 / 24.0;
}

/// Share of beds taken when the feed begins, in hundredths.
pub(crate) const OCCUPANCY_PERCENT: usize = 72;
/// Little's law: 0.72 beds / 5 days.
pub(crate) const ADMISSIONS_PER_BED_HOUR: f64 = 0.72 / 5.0 / 24.0;
/// Outpatient appointments booked.
pub(crate) const BOOKINGS_PER_BED_HOUR: f64 = 0.6 / 24.0;

/// Weight of an hour of the day: twice the mean on the morning round, little at night.
pub(crate) const fn diurnal(hour_of_day: u64) -> f64 {
    match hour_of_day {
        0..=4 => 0.4,
        5 | 6 => 0.8,
        7..=9 => 2.0,
        10..=13 => 1.4,
        14..=17 => 1.2,
        18..=20 => 0.9,
        _ => 0.6,
    }
}

/// The greatest [`diurnal`] weight.
pub(crate) const BUSIEST: f64 = 2.0;

/// Spread of the logarithm of a stay.
const SIGMA: f64 = 0.8;

/// What is left of the stay of somebody who is found in a bed, in hours. Long stays are found more often
/// than short ones: weighing a log-normal by its length adds sigma to the normal below it.
pub(crate) fn rest_of_stay_hours(standard_normal: f64, share: f64) -> f64 {
    length_of_stay_hours(standard_normal + SIGMA) * share
}

/// Length of a stay in hours: log-normal with a mean of 5 days, at least 6 hours.
pub(crate) fn length_of_stay_hours(standard_normal: f64) -> f64 {
    let mu = (5.0_f64).ln() - SIGMA * SIGMA / 2.0;
    (24.0 * (mu + SIGMA * standard_normal).exp()).max(6.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_averages_out() {
        let mean = (0..24).map(diurnal).sum::<f64>() / 24.0;

        assert!((0.9..1.1).contains(&mean), "{mean}");
        assert!((0..24).all(|hour| diurnal(hour) <= BUSIEST));
    }
}
