//! Containment in OBX-4: medical device system, virtual medical device, channel, metric (IHE PCD TF-2).
//!
//! `1.2.3.4` lies in channel `1.2.3`, which lies in VMD `1.2` of system `1`. Containers write zeros for what they
//! are not part of (`1.2.0.0`), or leave it out. What a metric does not say, its containers say for it.

use std::collections::BTreeMap;

use crate::observation::Device;

/// Containers of one request that are remembered; a monitor has a few dozen.
pub(super) const MAX_CONTAINERS: usize = 512;

/// What the containers of a request say.
#[derive(Debug, Default)]
pub(super) struct Containers<'a> {
    known: BTreeMap<&'a [u8], Container<'a>>,
    last: Option<&'a [u8]>,
}

#[derive(Debug, Default)]
struct Container<'a> {
    time: Option<&'a [u8]>,
    device: Option<Device>,
}

impl<'a> Containers<'a> {
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.last = None;
    }

    pub(super) fn add(&mut self, path: &'a [u8], time: Option<&'a [u8]>, device: Option<Device>) {
        let path = without_zeros(path);
        self.last = None;
        if path.is_empty() || self.known.len() >= MAX_CONTAINERS {
            return;
        }
        self.known.insert(path, Container { time, device });
        self.last = Some(path);
    }

    /// The row that follows is no container.
    pub(super) fn leave(&mut self) {
        self.last = None;
    }

    /// Names the device of the container that came just before, if it was one.
    pub(super) fn name_last(&mut self, device: &Device) -> bool {
        let Some(container) = self.last.and_then(|path| self.known.get_mut(path)) else {
            return false;
        };
        container.device.get_or_insert_with(|| device.clone());
        true
    }

    pub(super) fn time(&self, path: &[u8]) -> Option<&'a [u8]> {
        self.around(path).find_map(|container| container.time)
    }

    pub(super) fn device(&self, path: &[u8]) -> Option<Device> {
        self.around(path)
            .find_map(|container| container.device.clone())
    }

    /// Containers of a path, nearest first.
    fn around<'s>(&'s self, path: &'s [u8]) -> impl Iterator<Item = &'s Container<'a>> {
        let parents = std::iter::successors(parent(path), |path| parent(path));
        parents
            .take(MAX_DEPTH)
            .filter_map(|path| self.known.get(without_zeros(path)))
    }
}

/// Deepest path that is followed: five levels with a facet.
const MAX_DEPTH: usize = 8;

fn parent(path: &[u8]) -> Option<&[u8]> {
    let dot = path.iter().rposition(|byte| *byte == b'.')?;
    path.get(..dot)
}

fn without_zeros(path: &[u8]) -> &[u8] {
    let mut path = path;
    while let Some(shorter) = path.strip_suffix(b".0") {
        path = shorter;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_inherits_from_the_nearest_container_that_knows() {
        let mut containers = Containers::default();
        let device = Device::new("MDS");
        containers.add(b"1.0.0.0", Some(b"2026"), device.clone());
        containers.add(b"1.2.0.0", Some(b"2027"), None);

        assert_eq!(containers.time(b"1.2.3.4"), Some(&b"2027"[..]));
        assert_eq!(containers.time(b"1.3.3.4"), Some(&b"2026"[..]));
        assert_eq!(containers.device(b"1.2.3.4"), device);
        assert_eq!(containers.time(b"2.2.3.4"), None);
        assert_eq!(containers.time(b""), None);
    }

    #[test]
    fn short_and_long_forms_of_a_container_are_the_same() {
        let mut containers = Containers::default();
        containers.add(b"1", Some(b"2026"), None);
        containers.add(b"1.0.1", Some(b"2027"), None);

        assert_eq!(containers.time(b"1.0.1.3"), Some(&b"2027"[..]));
        assert_eq!(containers.time(b"1.0.2.3"), Some(&b"2026"[..]));
    }

    #[test]
    fn containers_beyond_the_limit_are_not_remembered() {
        let paths: Vec<_> = (1..=MAX_CONTAINERS + 1)
            .map(|number| number.to_string())
            .collect();
        let metric = |number: usize| format!("{number}.1");
        let mut containers = Containers::default();
        for path in &paths {
            containers.add(path.as_bytes(), Some(b"2026"), None);
        }

        assert!(containers.time(metric(MAX_CONTAINERS).as_bytes()).is_some());
        assert!(
            containers
                .time(metric(MAX_CONTAINERS + 1).as_bytes())
                .is_none()
        );
    }
}
