// Runs before the first paint, so that the night shift never sees a white flash. Kept apart from the
// page because the content policy allows no inline script. The same rules stand in @mach/ui preferences.
(() => {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem('mach.preferences') ?? '{}') ?? {};
  } catch {
    kept = {};
  }
  const now = new Date();
  const minutes = now.getHours() * 60 + now.getMinutes();
  const night = minutes >= 21 * 60 || minutes < 5 * 60 + 30;
  const root = document.documentElement;
  root.dataset.theme = kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : night ? 'dark' : 'light';
  const touch = matchMedia('(pointer: coarse), (max-width: 599px)').matches;
  root.dataset.density = kept.density && kept.density !== 'auto' ? kept.density : touch ? 'touch' : 'standard';
  root.lang = kept.language === 'en' ? 'en' : 'vi';
})();
