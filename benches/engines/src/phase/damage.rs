//! Stores that were damaged after a kill: is it told, survived, or are messages lost without a word?

use super::Job;
use super::crash::{is_whole, write_and_kill};
use crate::engine::{self, Result};
use crate::report::figure;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Damages that are done to a copy of the store at a place of its log, one at a time.
const DAMAGES: &[(&str, Damage)] = &[
    ("one bit flipped", flip),
    ("4 KiB of zeros", |file, at| {
        Ok(file.write_all_at(&[0; 4096], at / 4096 * 4096)?)
    }),
    ("cut", |file, at| Ok(file.set_len(at)?)),
];

/// Where, in parts of a thousand of the log's used length.
const PLACES: &[u64] = &[50, 250, 500, 750, 950];

type Damage = fn(&File, u64) -> Result<()>;

pub fn run(job: &Job) -> Result<()> {
    let job = Job {
        messages: 0,
        ..job.clone()
    };
    let whole = job.dir.join("whole");
    let acknowledged = write_and_kill(&Job {
        dir: whole.clone(),
        ..job.clone()
    })?;
    let unharmed = find(&job.engine, &copied(&job, &whole)?, acknowledged);
    if !matches!(unharmed, Found::All) {
        return Err(format!("undamaged: {}", unharmed.words()).into());
    }
    let (mut told, mut silent) = (0.0, 0.0);
    for (name, damage) in DAMAGES {
        for place in PLACES {
            let damaged = copied(&job, &whole)?;
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .open(newest_log(&damaged)?)?;
            damage(&file, used(&file)? * place / 1000)?;
            drop(file);
            let found = find(&job.engine, &damaged, acknowledged);
            told += f64::from(matches!(found, Found::Told(_)));
            silent += f64::from(matches!(found, Found::SilentLoss(..)));
            println!(
                "{name} at {}% of the log: {}",
                *place as f64 / 10.0,
                found.words()
            );
        }
    }
    figure("damage_told", told);
    figure("damage_silent", silent);
    Ok(())
}

/// What a reader finds after a damage.
enum Found {
    All,
    Told(String),
    SilentLoss(u64, u64),
}

impl Found {
    fn words(&self) -> String {
        match self {
            Self::All => "everything acknowledged is there".into(),
            Self::Told(error) => format!("told: {error}"),
            Self::SilentLoss(lost, of) => format!("opens, {lost} of {of} acknowledged are gone"),
        }
    }
}

/// Opens a store and looks for every acknowledged message.
fn find(engine: &str, dir: &Path, acknowledged: u64) -> Found {
    let looked = std::panic::catch_unwind(|| -> Result<u64> {
        let engine = engine::open(engine, dir)?;
        let mut lost = 0;
        for id in 1..=acknowledged {
            lost += u64::from(!is_whole(&*engine, id)?);
        }
        Ok(lost)
    });
    match looked {
        Ok(Ok(0)) => Found::All,
        Ok(Ok(lost)) => Found::SilentLoss(lost, acknowledged),
        Ok(Err(error)) => Found::Told(error.to_string()),
        Err(_) => Found::Told("a panic".into()),
    }
}

fn copied(job: &Job, whole: &Path) -> Result<PathBuf> {
    let place = job.dir.join("damaged");
    std::fs::remove_dir_all(&place).ok();
    copy(whole, &place)?;
    Ok(place)
}

/// The file that the last commits went to.
fn newest_log(dir: &Path) -> Result<PathBuf> {
    let names = |ending: &str| -> Result<Vec<PathBuf>> {
        let mut found: Vec<_> = std::fs::read_dir(dir)?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<std::io::Result<Vec<_>>>()?;
        found.retain(|path| path.to_string_lossy().ends_with(ending));
        found.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
        Ok(found)
    };
    for ending in [".jnl", "-wal", ".redb"] {
        if let Some(last) = names(ending)?.pop() {
            return Ok(last);
        }
    }
    Err("no log found".into())
}

/// The length up to the last byte that is not zero.
fn used(file: &File) -> Result<u64> {
    let mut end = file.metadata()?.len();
    let mut block = [0; 4096];
    while end > 0 {
        let from = end.saturating_sub(4096);
        let part = &mut block[..(end - from) as usize];
        file.read_exact_at(part, from)?;
        if let Some(last) = part.iter().rposition(|byte| *byte != 0) {
            return Ok(from + last as u64 + 1);
        }
        end = from;
    }
    Ok(0)
}

fn flip(file: &File, at: u64) -> Result<()> {
    let mut byte = [0];
    file.read_exact_at(&mut byte, at)?;
    byte[0] ^= 1;
    Ok(file.write_all_at(&byte, at)?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => drop(std::fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
