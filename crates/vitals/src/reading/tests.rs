//! Messages of devices and of people, whole and broken.
