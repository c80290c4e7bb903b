//! What is done again and again, and may fail for a while: news is that it began to fail, and that it ended.

/// Remembers whether something fails, so that a log has one line for each change and not one for each try.
#[derive(Debug, Default)]
pub struct Spell {
    fails: bool,
}

impl Spell {
    /// Takes in how a try ended; the change, if it is one.
    pub fn tell<T, E>(&mut self, outcome: Result<T, E>) -> Option<Change<E>> {
        match outcome {
            Err(error) if !self.fails => {
                self.fails = true;
                Some(Change::Began(error))
            }
            Ok(_) if self.fails => {
                self.fails = false;
                Some(Change::Ended)
            }
            _ => None,
        }
    }
}

/// News of a spell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<E> {
    /// It fails from now on, and why.
    Began(E),
    /// It works again.
    Ended,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_failure_and_the_first_success_after_it_are_news() {
        let mut spell = Spell::default();

        let tries = [Ok(()), Err(1), Err(2), Ok(()), Ok(()), Err(3)];
        let news: Vec<_> = tries.into_iter().map(|it| spell.tell(it)).collect();

        let (began, ended) = (|why| Some(Change::Began(why)), Some(Change::Ended));
        assert_eq!(news, [None, began(1), None, ended, None, began(3)]);
    }
}
