import type { Page } from 'playwright-core';

export interface Difference {
  /** Share of the pixels that differ, 0–1; 1 when the sizes differ. */
  readonly share: number;
  readonly sizes: readonly [string, string];
}

/** A channel may differ by this much: edges of letters are the only thing that ever does. */
const TOLERANCE = 40;

/** Compares two PNG pictures pixel by pixel, in a browser's own canvas. */
export function comparePictures(page: Page, before: Buffer, after: Buffer): Promise<Difference> {
  return page.evaluate(
    async ([one, two, tolerance]) => {
      const read = async (data: string) => {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height);
      };
      const [a, b] = [await read(one), await read(two)];
      const sizes = [`${a.width}×${a.height}`, `${b.width}×${b.height}`] as const;
      if (sizes[0] !== sizes[1]) return { share: 1, sizes };
      let different = 0;
      for (let i = 0; i < a.data.length; i += 4)
        for (let channel = 0; channel < 3; channel++)
          if (Math.abs((a.data[i + channel] ?? 0) - (b.data[i + channel] ?? 0)) > tolerance) {
            different++;
            break;
          }
      return { share: different / (a.width * a.height), sizes };
    },
    [before.toString('base64'), after.toString('base64'), TOLERANCE] as const,
  );
}
