import { type Announcement, spokenNumber } from './calls.ts';

/** A call keeps the wall for this long, ms; the next one waits. */
const CALL = 7_000;
/** A voice that says nothing for this long is broken, ms. */
const SILENCE = 9_000;

export interface VoiceOptions {
  readonly language: 'vi' | 'en';
  /** What is said of a call. */
  readonly sentence: (number: string, room: string) => string;
  /** Part of the name of a voice, where a region is wanted: `?voice=`. */
  readonly wanted: string | null;
  readonly onCall: (call: Announcement | undefined) => void;
  /** The browser lets nothing sound before somebody has touched the screen. */
  readonly onMuted: (muted: boolean) => void;
}

/** One call after the other: shown, chimed, read twice. */
export class Voice {
  private readonly waiting: Announcement[] = [];
  private readonly options: VoiceOptions;
  private audio: AudioContext | undefined;
  private busy = false;

  constructor(options: VoiceOptions) {
    this.options = options;
  }

  /** Asks the browser whether it would let anything sound now. */
  probe(): void {
    try {
      this.audio ??= new AudioContext();
      this.options.onMuted(this.audio.state !== 'running');
    } catch {
      this.options.onMuted(false);
    }
  }

  /** After a touch of the screen: sound is allowed from now on. */
  async unlock(): Promise<void> {
    this.audio ??= new AudioContext();
    await this.audio.resume();
    // An empty sentence opens the speech of browsers that ask for a touch.
    if ('speechSynthesis' in window) speechSynthesis.speak(new SpeechSynthesisUtterance(''));
    this.options.onMuted(this.audio.state !== 'running');
  }

  call(calls: readonly Announcement[]): void {
    this.waiting.push(...calls);
    if (!this.busy) void this.work();
  }

  /** The voice of the language, of the wanted region where there is one; undefined where the device has none. */
  voice(): SpeechSynthesisVoice | undefined {
    if (!('speechSynthesis' in window)) return undefined;
    const { language, wanted } = this.options;
    const own = speechSynthesis.getVoices().filter((one) => one.lang.toLowerCase().startsWith(language));
    return own.find((one) => wanted && one.name.toLowerCase().includes(wanted.toLowerCase())) ?? own[0];
  }

  private async work(): Promise<void> {
    this.busy = true;
    for (let call = this.waiting.shift(); call; call = this.waiting.shift()) {
      this.options.onCall(call);
      const shown = pause(CALL);
      await this.chime();
      const sentence = this.options.sentence(spokenNumber(call.number), call.room);
      for (let time = 0; time < 2; time++) await this.say(sentence);
      await shown;
    }
    this.busy = false;
    this.options.onCall(undefined);
  }

  private say(sentence: string): Promise<void> {
    const voice = this.voice();
    if (!voice) return Promise.resolve();
    return new Promise((done) => {
      const late = setTimeout(done, SILENCE);
      const end = (): void => {
        clearTimeout(late);
        done();
      };
      const words = new SpeechSynthesisUtterance(sentence);
      words.voice = voice;
      words.lang = voice.lang;
      words.rate = 0.9;
      words.onend = end;
      words.onerror = ({ error }) => {
        if (error === 'not-allowed') this.options.onMuted(true);
        end();
      };
      speechSynthesis.speak(words);
    });
  }

  /** Two notes, so that heads turn before the number is said. */
  private async chime(): Promise<void> {
    try {
      this.audio ??= new AudioContext();
      if (this.audio.state !== 'running') await Promise.race([this.audio.resume(), pause(100)]);
      const muted = this.audio.state !== 'running';
      this.options.onMuted(muted);
      if (muted) return;
      const start = this.audio.currentTime;
      for (const [i, pitch] of [784, 587].entries()) {
        const tone = this.audio.createOscillator();
        const loud = this.audio.createGain();
        tone.frequency.value = pitch;
        loud.gain.setValueAtTime(0.0001, start + i * 0.4);
        loud.gain.exponentialRampToValueAtTime(0.4, start + i * 0.4 + 0.03);
        loud.gain.exponentialRampToValueAtTime(0.0001, start + i * 0.4 + 0.7);
        tone.connect(loud).connect(this.audio.destination);
        tone.start(start + i * 0.4);
        tone.stop(start + i * 0.4 + 0.7);
      }
      await pause(1_000);
    } catch {
      // A box without sound still shows the number.
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
