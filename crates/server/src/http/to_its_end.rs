//! Work in several steps of which none may be left out because whoever asked went away, or waited for too long.

use super::problem::{Code, Problem};

/// Does `work` on a task of its own, and waits for it. Whoever stops waiting does not stop it.
///
/// # Errors
/// That of `work`; [`Code::Internal`] when it ended by a panic.
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::spawn(work).await;
    done.map_err(|_| Problem::new(Code::Internal))?
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_for_it_any_more() {
        let (began, has_begun) = oneshot::channel();
        let (go_on, may_go_on) = oneshot::channel::<()>();
        let (ended, has_ended) = oneshot::channel();
        let asked = tokio::spawn(to_its_end(async move {
            began.send(()).unwrap();
            may_go_on.await.unwrap();
            ended.send(()).unwrap();
            Ok(())
        }));
        has_begun.await.unwrap();

        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        go_on.send(()).unwrap();

        assert_eq!(has_ended.await, Ok(()));
    }
}
