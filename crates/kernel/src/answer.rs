//! Answers of one who works for many: a batch wakes each thread once, and not once for each who waits there.
//!
//! To wake a task on another thread's runtime takes a system call where that runtime has one thread, as HTTP's have
//! (`docs/decisions/0022-http-threads.md`). A batch with forty answers for one thread would make forty. So on a thread
//! that says so ([`gather_answers_here`]) the first who waits is woken from outside and wakes the others from inside,
//! which takes none. Whoever gives up waiting hands the wake-ups on.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::ThreadId;

thread_local! {
    /// This thread, if it gathers.
    static HERE: Cell<Option<ThreadId>> = const { Cell::new(None) };
}

/// From now on answers to what waits on this thread come together. For threads on which one runtime runs all its tasks,
/// and each task goes on when it is woken.
pub fn gather_answers_here() {
    HERE.set(Some(std::thread::current().id()));
}

/// Whether this thread does so.
pub fn gathers_here() -> bool {
    HERE.get().is_some()
}

/// A question's two ends: who answers, and who waits.
pub fn answer<T>() -> (Answer<T>, Answered<T>) {
    let slot = Arc::new(Slot(Mutex::new(State::Waiting(None))));
    (Answer(Some(Arc::clone(&slot))), Answered(slot))
}

/// Who answers. Dropped without an answer, it tells that none will come.
#[must_use = "somebody waits"]
pub struct Answer<T>(Option<Arc<Slot<T>>>);

/// Who waits: `None` when no answer will come.
#[must_use = "nothing waits before it is polled"]
pub struct Answered<T>(Arc<Slot<T>>);

struct Slot<T>(Mutex<State<T>>);

enum State<T> {
    Waiting(Option<Waiter>),
    /// The answer, and whom its reader wakes.
    Told(Option<T>, Vec<Waker>),
    /// It was read, or nobody waits any more.
    Over,
}

struct Waiter {
    waker: Waker,
    gathers_on: Option<ThreadId>,
}

/// Those who wait on one thread.
struct Gathered<T> {
    on: ThreadId,
    first: (Arc<Slot<T>>, T),
    others: Vec<Waker>,
}

/// Answers all of them.
pub fn answer_all<T>(answers: impl IntoIterator<Item = (Answer<T>, T)>) {
    let mut threads: Vec<Gathered<T>> = Vec::new();
    for (mut answer, what) in answers {
        let Some(slot) = answer.0.take() else {
            continue;
        };
        let Some(on) = slot.gathers_on() else {
            slot.tell(Some(what), Vec::new());
            continue;
        };
        match threads.iter_mut().find(|gathered| gathered.on == on) {
            Some(gathered) => gathered.others.extend(slot.put(Some(what))),
            None => threads.push(Gathered {
                on,
                first: (slot, what),
                others: Vec::new(),
            }),
        }
    }
    for Gathered { first, others, .. } in threads {
        first.0.tell(Some(first.1), others);
    }
}

impl<T> Answer<T> {
    /// Answers.
    pub fn send(mut self, what: T) {
        if let Some(slot) = self.0.take() {
            slot.tell(Some(what), Vec::new());
        }
    }
}

impl<T> Drop for Answer<T> {
    fn drop(&mut self) {
        if let Some(slot) = self.0.take() {
            slot.tell(None, Vec::new());
        }
    }
}

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn gathers_on(&self) -> Option<ThreadId> {
        match &*self.lock() {
            State::Waiting(Some(waiter)) => waiter.gathers_on,
            State::Waiting(None) | State::Told(..) | State::Over => None,
        }
    }

    /// Puts the answer there; whom to wake for it is given back.
    fn put(&self, what: Option<T>) -> Option<Waker> {
        let mut state = self.lock();
        match std::mem::replace(&mut *state, State::Over) {
            State::Waiting(waiter) => {
                *state = State::Told(what, Vec::new());
                waiter.map(|waiter| waiter.waker)
            }
            // Nobody waits any more.
            State::Told(..) | State::Over => None,
        }
    }

    /// Puts the answer there and wakes who waits for it, who wakes the others. Nobody there, they are woken here.
    fn tell(&self, what: Option<T>, others: Vec<Waker>) {
        let mut state = self.lock();
        let was = std::mem::replace(&mut *state, State::Over);
        let (woken, others) = match was {
            State::Waiting(Some(waiter)) => {
                *state = State::Told(what, others);
                (Some(waiter.waker), Vec::new())
            }
            State::Waiting(None) => {
                *state = State::Told(what, Vec::new());
                (None, others)
            }
            State::Told(..) | State::Over => (None, others),
        };
        drop(state);
        woken.into_iter().chain(others).for_each(Waker::wake);
    }
}

impl<T> Future for Answered<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock();
        let (what, others) = match std::mem::replace(&mut *state, State::Over) {
            State::Waiting(waiter) => {
                let known = waiter.map(|waiter| waiter.waker);
                let known = known.filter(|waker| waker.will_wake(context.waker()));
                *state = State::Waiting(Some(Waiter {
                    waker: known.unwrap_or_else(|| context.waker().clone()),
                    gathers_on: HERE.get(),
                }));
                return Poll::Pending;
            }
            State::Told(what, others) => (what, others),
            State::Over => (None, Vec::new()),
        };
        drop(state);
        others.into_iter().for_each(Waker::wake);
        Poll::Ready(what)
    }
}

impl<T> Drop for Answered<T> {
    fn drop(&mut self) {
        let was = std::mem::replace(&mut *self.0.lock(), State::Over);
        if let State::Told(_, others) = was {
            others.into_iter().for_each(Waker::wake);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    type Waits = (Answered<usize>, Arc<Woken>);

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    impl Woken {
        fn times(&self) -> usize {
            self.0.load(Ordering::SeqCst)
        }
    }

    fn poll<T>(answered: &mut Answered<T>, woken: &Arc<Woken>) -> Poll<Option<T>> {
        let waker = Waker::from(Arc::clone(woken));
        pin!(answered).poll(&mut Context::from_waker(&waker))
    }

    /// So many who wait on this thread, each polled once.
    fn waiting(count: usize) -> (Vec<Answer<usize>>, Vec<Waits>) {
        let ends = (0..count).map(|_| answer::<usize>());
        let (answers, answered): (Vec<_>, Vec<_>) = ends.unzip();
        let polled = answered.into_iter().map(|mut answered| {
            let woken = Arc::new(Woken::default());
            assert_eq!(poll(&mut answered, &woken), Poll::Pending);
            (answered, woken)
        });
        (answers, polled.collect())
    }

    fn numbered(answers: Vec<Answer<usize>>) -> impl Iterator<Item = (Answer<usize>, usize)> {
        answers.into_iter().zip(0..)
    }

    #[test]
    fn who_waits_gets_its_own_answer() {
        let (answers, mut waits) = waiting(3);

        answer_all(numbered(answers));

        for (number, (answered, woken)) in waits.iter_mut().enumerate() {
            assert_eq!(woken.times(), 1);
            assert_eq!(poll(answered, woken), Poll::Ready(Some(number)));
        }
    }

    #[test]
    fn on_a_thread_that_gathers_one_is_woken_and_wakes_the_others() {
        std::thread::spawn(|| {
            gather_answers_here();
            let (answers, mut waits) = waiting(3);

            answer_all(numbered(answers));

            let times = |waits: &[Waits]| -> Vec<usize> {
                waits.iter().map(|(_, woken)| woken.times()).collect()
            };
            assert_eq!(times(&waits), [1, 0, 0]);
            let (first, woken) = &mut waits[0];
            assert_eq!(poll(first, woken), Poll::Ready(Some(0)));
            assert_eq!(times(&waits), [1, 1, 1]);
            let (last, woken) = &mut waits[2];
            assert_eq!(poll(last, woken), Poll::Ready(Some(2)));
        })
        .join()
        .unwrap();
    }

    #[test]
    fn who_gives_up_before_or_after_the_answer_wakes_the_others_all_the_same() {
        std::thread::spawn(|| {
            gather_answers_here();
            let (answers, mut waits) = waiting(2);
            drop(waits.remove(0));

            answer_all(numbered(answers));

            assert_eq!(waits[0].1.times(), 1);
            let (answers, mut waits) = waiting(2);
            answer_all(numbered(answers));
            assert_eq!(waits[1].1.times(), 0);
            drop(waits.remove(0));
            assert_eq!(waits[0].1.times(), 1);
        })
        .join()
        .unwrap();
    }

    #[test]
    fn threads_that_gather_do_not_wait_for_each_other() {
        let ask = || {
            std::thread::spawn(|| {
                gather_answers_here();
                waiting(2)
            })
            .join()
            .unwrap()
        };
        let ((one, of_one), (other, of_other)) = (ask(), ask());

        answer_all(numbered(one.into_iter().chain(other).collect()));

        let times = |waits: &[Waits]| -> Vec<usize> {
            waits.iter().map(|(_, woken)| woken.times()).collect()
        };
        assert_eq!((times(&of_one), times(&of_other)), (vec![1, 0], vec![1, 0]));
    }

    #[test]
    fn an_answer_that_was_there_first_is_read_at_once_and_a_lost_one_is_told() {
        let (early, mut answered) = answer::<usize>();
        let woken = Arc::new(Woken::default());
        early.send(7);

        assert_eq!(poll(&mut answered, &woken), Poll::Ready(Some(7)));

        let (lost, mut answered) = answer::<usize>();
        assert_eq!(poll(&mut answered, &woken), Poll::Pending);
        drop(lost);
        assert_eq!(woken.times(), 1);
        assert_eq!(poll(&mut answered, &woken), Poll::Ready(None));
    }
}
