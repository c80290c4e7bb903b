// How a page may be looked at: name, media, width in pixels.

export const LOOKS = [
  ['light', { colorScheme: 'light' }, 1280],
  ['dark', { colorScheme: 'dark' }, 1280],
  ['forced colours', { forcedColors: 'active' }, 1280],
  ['200 %', { colorScheme: 'light' }, 640],
  ['320 px', { colorScheme: 'light' }, 320],
];
