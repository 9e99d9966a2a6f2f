/** Paper that a printer takes. */
export const PAPERS = ['A4', 'A5', 'A6', '80mm', '58mm', 'label-50x30', 'band-25x250'] as const;
