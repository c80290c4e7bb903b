//! Reads all sessions back when the store is opened.

use std::sync::Arc;

use wardline_kernel::{StoreError, UnixMillis};
use wardline_sessions::model::SessionId;
use wardline_sessions::port::Record;

use super::image::Image;
use super::rows::{self, SessionRow};
use crate::codec;
use crate::engine::{Engine, Rows, Table};
use crate::error::damaged;

/// The image of what is stored. Sessions that ended by themselves meanwhile are in it until somebody takes them
/// away: the store knows no time.
pub(crate) fn load(engine: &Engine) -> Result<Image, StoreError> {
    let image = Image::default();
    let view = engine.view();
    let mut sessions = view.all(Table::Sessions);
    let mut activity = Activity::new(view.all(Table::SessionActivity))?;
    while let Some((key, value)) = sessions.next()? {
        let id = id_of(&key)?;
        let row: SessionRow = codec::decode(Table::Sessions, &value)?;
        let mut life = row.life;
        if let Some(at) = activity.of(id, &image)? {
            life = life.touched(at);
        }
        image.insert(Record {
            id,
            token: row.token,
            user: row.user,
            placement: Arc::new(row.placement),
            life,
            version: row.version,
        });
    }
    activity.rest(&image)?;
    Ok(image)
}

/// The rows of activity, walked beside those of sessions: both in order of their ids.
struct Activity {
    rows: Rows,
    next: Option<(SessionId, UnixMillis)>,
}

impl Activity {
    fn new(rows: Rows) -> Result<Self, StoreError> {
        let mut activity = Self { rows, next: None };
        activity.step()?;
        Ok(activity)
    }

    /// The activity of this session. Rows before it are of none: they are to be removed.
    fn of(&mut self, id: SessionId, image: &Image) -> Result<Option<UnixMillis>, StoreError> {
        while let Some((of, at)) = self.next.filter(|(of, _)| *of <= id) {
            self.step()?;
            if of == id {
                return Ok(Some(at));
            }
            image.bury([of]);
        }
        Ok(None)
    }

    fn rest(&mut self, image: &Image) -> Result<(), StoreError> {
        while let Some((of, _)) = self.next {
            image.bury([of]);
            self.step()?;
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), StoreError> {
        self.next = match self.rows.next()? {
            Some((key, value)) => {
                let at = codec::decode(Table::SessionActivity, &value)?;
                Some((id_of(&key)?, at))
            }
            None => None,
        };
        Ok(())
    }
}

fn id_of(key: &[u8]) -> Result<SessionId, StoreError> {
    rows::id_of(key).ok_or_else(|| damaged("a key of the tables of sessions"))
}
