/**
 * Tells a keyboard-wedge scanner from a person by speed. Scanners send a key every 1–20 ms and end
 * with Enter; the fastest typists stay above 50 ms. Input methods (UniKey, EVKey) also send fast
 * bursts, but short ones that no Enter follows at once.
 */
export const SCAN_GAP_MS = 35;
/** Shorter bursts are not taken for scans: a fast "10⏎" must stay typing. */
export const SCAN_MIN_LENGTH = 6;

/** Feeds on key presses, answers with a code when a scan has ended. */
export class ScanDetector {
  #buffer = '';
  #last = Number.NEGATIVE_INFINITY;

  /**
   * One key press. `fresh` = this key starts a possible burst, so the caller remembers what the
   * focused field held before it; `code` = a scan has just ended with this key.
   */
  press(key: string, at: number): { readonly fresh: boolean; readonly code?: string } {
    const quick = at - this.#last <= SCAN_GAP_MS;
    if (key === 'Enter' || key === 'Tab') {
      const code = this.#buffer;
      this.#buffer = '';
      this.#last = Number.NEGATIVE_INFINITY;
      return quick && code.length >= SCAN_MIN_LENGTH ? { fresh: false, code } : { fresh: false };
    }
    if (key.length !== 1) {
      // Shift and Alt accompany a scanner's capitals; any other named key ends the burst.
      if (key !== 'Shift' && key !== 'Alt' && key !== 'AltGraph') this.reset();
      return { fresh: false };
    }
    this.#buffer = quick ? this.#buffer + key : key;
    this.#last = at;
    return { fresh: !quick };
  }

  reset(): void {
    this.#buffer = '';
    this.#last = Number.NEGATIVE_INFINITY;
  }
}
