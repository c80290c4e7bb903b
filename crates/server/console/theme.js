// Before anything is painted, so that a dark room is not lit up by a white page.
try {
  const kept = JSON.parse(localStorage.getItem('wardline-preferences') ?? '{}');
  if (kept.theme === 'light' || kept.theme === 'dark') document.documentElement.dataset.theme = kept.theme;
  if (kept.density === 'wall') document.documentElement.dataset.density = 'wall';
} catch {
  // What was kept cannot be read: the system's theme it is.
}
