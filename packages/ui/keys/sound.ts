import { preferences } from '../texts/preferences.ts';

let audio: AudioContext | null = null;

function tone(context: AudioContext, hertz: number, from: number, seconds: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0.08, context.currentTime + from);
  gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + from + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(context.currentTime + from);
  oscillator.stop(context.currentTime + from + seconds);
}

/** The scan sounds of §8.3: ok = one short high tone, wrong = two low ones; vibration is the twin. */
export function scanSound(ok: boolean): void {
  navigator.vibrate?.(ok ? 30 : [60, 60, 60]);
  if (!preferences().sound || typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  if (ok) tone(audio, 1760, 0, 0.09);
  else {
    tone(audio, 220, 0, 0.14);
    tone(audio, 220, 0.2, 0.14);
  }
}
