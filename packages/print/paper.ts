/** Paper that a printer of a desk takes. */
export type Paper = 'A4' | 'A5' | 'A6' | '80mm' | '58mm' | 'label-50x30' | 'band-25x250';

/** What a strip of 80 mm can stand on: a narrower one as well, and the sheet of a laser printer. */
export const STRIPS: readonly [Paper, ...Paper[]] = ['80mm', '58mm', 'A5'];

/** How one print leaves the printer. */
export interface PrintOn {
  /** One of the form's papers; the first of them where nothing is said. */
  paper?: Paper;
  /** 1–9. */
  copies?: number;
}

export const MOST_COPIES = 9;
