//! The device of OBX-18 and PRT-10 (data type EI).

use wardline_hl7::Message;
use wardline_hl7::segment::Field;

use crate::observation::Device;

/// Repetitions that are looked at: an EUI-64, a serial number, a name.
const MAX_REPETITIONS: usize = 8;

/// The device that a field names: an EUI-64 before anything else, as senders write it into EI.1 or EI.3.
pub(super) fn of(message: &Message<'_>, field: Option<Field<'_>>) -> Option<Device> {
    let mut first = None;
    for repetition in field?.repetitions().take(MAX_REPETITIONS) {
        for number in [1, 3] {
            let component = repetition.component(number);
            let bytes = component.and_then(|component| component.value().bytes());
            let device = bytes.and_then(|bytes| Device::new(&message.decode(bytes)));
            if device.as_ref().is_some_and(Device::is_eui_64) {
                return device;
            }
            first = first.or(device);
        }
    }
    first
}
