//! What a form may offer before anybody sends it.

use super::{Ask, Guard, Permit};
use crate::model::{Action, TypeSet};
use crate::port::FactsError;

impl Guard {
    /// Which of the data types that may be read could be written too, as things are. It lets nobody write: what is sent is
    /// decided and recorded then. Nothing is recorded here, as nothing is asked for yet.
    ///
    /// # Errors
    /// [`FactsError`]
    pub async fn writable(&self, permit: &Permit) -> Result<TypeSet, FactsError> {
        let mut writable = TypeSet::EMPTY;
        for of in permit.permitted().iter() {
            let ask = Ask {
                action: Action::Write,
                types: TypeSet::one(of),
                ..permit.ask.clone()
            };
            let decision = self.decided(&permit.principal, &ask).await?;
            if decision.is_allowed() {
                writable = writable.with(of);
            }
        }
        Ok(writable)
    }
}
