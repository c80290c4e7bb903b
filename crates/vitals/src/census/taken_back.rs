//! Which steps of a stay are taken back by later ones.

use super::course::Step;
use super::event::{Act, Cancelled};

/// Steps by their numbers, as far as cancels decide on them.
#[derive(Default)]
pub(super) struct TakenBack {
    /// Nothing is left to be done with them: they are taken back, or took back all that they say.
    pub(super) done: Vec<usize>,
    /// Cancels that take nothing back.
    pub(super) baseless: Vec<usize>,
}

impl TakenBack {
    pub(super) fn of(steps: &[Step]) -> Self {
        let mut all = Self::default();
        for (number, step) in steps.iter().enumerate() {
            if let Act::Cancel(cancelled) = step.act {
                let before = steps.iter().enumerate().take(number).rev();
                let standing: Vec<(usize, &Step)> =
                    before.filter(|(at, _)| !all.done.contains(at)).collect();
                all.cancel((number, cancelled), step, &standing);
            }
        }
        all
    }

    /// Takes back what a cancel names, of the steps before it that stand, the newest first.
    fn cancel(
        &mut self,
        (number, cancelled): (usize, Cancelled),
        step: &Step,
        standing: &[(usize, &Step)],
    ) {
        let Some(act) = cancelled.act() else {
            // All since the last discharge.
            let since = standing.iter().take_while(|(_, s)| s.act != Act::Discharge);
            let since = since.filter(|(_, s)| !matches!(s.act, Act::Update | Act::Cancel(_)));
            let since: Vec<(usize, &Step)> = since.copied().collect();
            if since.is_empty() {
                self.baseless.push(number);
            }
            match admission_after_registration(&since, step) {
                // News in between told of the place that they were to be admitted to.
                Some(first) if cancelled == Cancelled::Admission => {
                    self.done.extend(first..=number);
                }
                _ => self.done.extend(since.iter().map(|(at, _)| *at)),
            }
            return;
        };
        let of_kind = |(_, s): &&(usize, &Step)| s.act == act;
        let is_named = |(_, s): &&(usize, &Step)| step.cancels_at == Some(s.when.at);
        let mut named = standing.iter().filter(of_kind).filter(is_named);
        match named.next().or_else(|| standing.iter().find(of_kind)) {
            Some((at, _)) => self.done.push(*at),
            None => self.baseless.push(number),
        }
    }
}

/// The number of the first admission among these steps, the newest first, after a registration that stands. An A11 cancels
/// the A01, or the A04 where there is none (HL7 v2.5.1 §3.3.11): who was registered in the emergency department and is not
/// admitted after all is still there. None where there is no such, or where the cancel names the registration.
fn admission_after_registration(since: &[(usize, &Step)], cancel: &Step) -> Option<usize> {
    let registered = since.iter().position(|(_, s)| s.act == Act::Register)?;
    let registration = since.get(registered)?.1;
    let mut after = since.get(..registered)?.iter().rev();
    let (first, _) = after.find(|(_, s)| s.act == Act::Admit)?;
    (cancel.cancels_at != Some(registration.when.at)).then_some(*first)
}
