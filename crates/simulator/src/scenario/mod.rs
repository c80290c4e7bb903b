//! Things that go wrong in a hospital, as a script that repeats.

pub mod malformed;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::partner::Partner;
use crate::sender::{Pace, Traffic};

/// What happens while the hospital plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scenario {
    /// Nothing out of the ordinary.
    #[default]
    Steady,
    /// The last partner is away for every other half minute.
    PartnerDown,
    /// Five times the people come, and things go four times as fast, every other half minute.
    Surge,
    /// For 100 messages, five broken ones come on top.
    Malformed,
    /// One patient falls ill with sepsis within minutes and stays so. Only who watches the beds sees it.
    Sepsis,
}

/// One thing that the script does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// The last partner stops.
    StopPartner,
    /// It starts again.
    StartPartner,
    /// People and speed are multiplied with respect to the start.
    Multiply {
        /// Of people.
        pressure: f64,
        /// Of speed.
        speed: f64,
    },
    /// So many broken messages come on top of 100.
    MalformedPercent(u32),
}

/// A scenario that nobody wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown scenario; choose one of steady, partner-down, surge, malformed, sepsis")]
pub struct UnknownScenario;

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Steady,
        Self::PartnerDown,
        Self::Surge,
        Self::Malformed,
        Self::Sepsis,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::PartnerDown => "partner-down",
            Self::Surge => "surge",
            Self::Malformed => "malformed",
            Self::Sepsis => "sepsis",
        }
    }

    /// When somebody begins to fall ill, by the hospital's clock from its start
    /// ([`BedsideOptions::sepsis_after`](crate::hospital::BedsideOptions::sepsis_after)): after everybody was seen
    /// by a nurse once.
    pub const fn sepsis_after(self) -> Option<Duration> {
        match self {
            Self::Sepsis => Some(Duration::from_mins(5)),
            _ => None,
        }
    }

    /// What to do, each so many seconds after the one before. An empty script does nothing; any other
    /// begins again at its end.
    pub const fn script(self) -> &'static [(u64, Action)] {
        const SURGE: Action = Action::Multiply {
            pressure: 5.0,
            speed: 4.0,
        };
        const CALM: Action = Action::Multiply {
            pressure: 1.0,
            speed: 1.0,
        };
        match self {
            Self::Steady | Self::Sepsis => &[],
            Self::PartnerDown => &[(30, Action::StopPartner), (30, Action::StartPartner)],
            Self::Surge => &[(30, SURGE), (30, CALM)],
            Self::Malformed => &[(1, Action::MalformedPercent(5))],
        }
    }
}

/// Plays the script for ever, and tells each action that changed something when it is done. Drop the
/// future to stop.
pub async fn play(
    scenario: Scenario,
    traffic: &Traffic,
    partners: &[Partner],
    mut tell: impl FnMut(Action),
) {
    let normal = traffic.pace();
    if scenario.script().is_empty() {
        return;
    }
    loop {
        for (wait, action) in scenario.script() {
            tokio::time::sleep(Duration::from_secs(*wait)).await;
            if carry_out(*action, normal, traffic, partners).await {
                tell(*action);
            }
        }
    }
}

/// Does it; false when it was so already.
async fn carry_out(action: Action, normal: Pace, traffic: &Traffic, partners: &[Partner]) -> bool {
    let wanted = match action {
        Action::StopPartner => {
            let Some(partner) = partners.last().filter(|it| it.is_running()) else {
                return false;
            };
            partner.stop().await;
            return true;
        }
        Action::StartPartner => {
            let Some(partner) = partners.last().filter(|it| !it.is_running()) else {
                return false;
            };
            let started = partner.start_again().await;
            if let Err(error) = &started {
                tracing::warn!(%error, "the partner could not listen again; the script will retry");
            }
            return started.is_ok();
        }
        Action::Multiply { pressure, speed } => Pace {
            pressure: normal.pressure * pressure,
            speed: normal.speed * speed,
            ..normal
        },
        Action::MalformedPercent(malformed_percent) => Pace {
            malformed_percent,
            ..normal
        },
    };
    let changes = traffic.pace() != wanted;
    traffic.set_pace(wanted);
    changes
}

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.name() == name)
            .ok_or(UnknownScenario)
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_found_by_its_name() {
        for scenario in Scenario::ALL {
            assert_eq!(scenario.to_string().parse(), Ok(scenario));
        }
        assert_eq!("flood".parse::<Scenario>(), Err(UnknownScenario));
    }

    #[test]
    fn every_script_takes_its_time() {
        for scenario in Scenario::ALL {
            let script = scenario.script();

            assert!(script.is_empty() || script.iter().any(|(wait, _)| *wait > 0));
        }
    }
}
