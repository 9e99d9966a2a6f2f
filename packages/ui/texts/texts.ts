/** The two languages of the product; Vietnamese is the original. */
export type Language = 'vi' | 'en';

/** A text that travels as data (from the server, a rule pack, a workspace entry). */
export interface Text {
  readonly vi: string;
  readonly en: string;
}

/** A catalogue of one module: the same keys in both languages. */
export interface Texts<V extends Readonly<Record<string, string>>> {
  readonly vi: V;
  readonly en: Readonly<Record<keyof V, string>>;
}

type SlotName<S extends string> = S extends `${infer Name}#${string}` ? Name : S;
/** Names of the `{slots}` of a text, read from its literal type. */
export type Slots<S extends string> = S extends `${string}{${infer Inside}}${infer Rest}`
  ? SlotName<Inside> | Slots<Rest>
  : never;

/** The value of a slot; numbers also choose the plural form. */
export type SlotValue = string | number;

/** A look-up bound to a catalogue and a language; missing slots do not compile. */
export type Translate<V extends Readonly<Record<string, string>>> = <K extends keyof V & string>(
  key: K,
  ...slots: [Slots<V[K]>] extends [never] ? [] : [Readonly<Record<Slots<V[K]>, SlotValue>>]
) => string;

/**
 * Declares a catalogue. English must have exactly the keys of Vietnamese.
 *
 * Slots: `'Còn {n} người'`; English plural: `'{n} {n#person|people} left'`.
 */
export function defineTexts<const V extends Readonly<Record<string, string>>>(texts: {
  readonly vi: V;
  readonly en: Readonly<Record<keyof NoInfer<V>, string>>;
}): Texts<V> {
  return texts;
}

/** Fills the slots of a text; a slot without a value stays visible, so that it is found in review. */
export function fill(text: string, slots: Readonly<Record<string, SlotValue>> = {}): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{(\w+)(?:#([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = slots[name];
    if (value === undefined) return whole;
    if (many === undefined) return String(value);
    return (Number(value) === 1 ? one : many) ?? '';
  });
}

/** Binds a catalogue to a language (outside React; inside, use `useTexts`). */
export function translator<V extends Readonly<Record<string, string>>>(
  texts: Texts<V>,
  language: Language,
): Translate<V> {
  const table: Readonly<Record<keyof V, string>> = language === 'vi' ? texts.vi : texts.en;
  return (key, ...slots) => fill(table[key], slots[0]);
}
