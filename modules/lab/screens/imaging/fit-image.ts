import { IMAGE_LIMITS } from '../../rules/image.ts';

/** Longest side of what is sent, px: fine on A4 and on a doctor's screen, small enough for a slow line. */
const SIDE = 1_600;
const QUALITIES = [0.85, 0.7, 0.5];

/** Base64 of a picture that fits; undefined for what the browser cannot draw. A small one is sent as it is, a larger one drawn anew. */
export async function fitting(file: File): Promise<string | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  const longest = Math.max(picture.width, picture.height);
  const fits = longest <= SIDE && file.size <= IMAGE_LIMITS.bytes;
  if (fits && ['image/jpeg', 'image/png'].includes(file.type)) return base64(file);
  const scale = Math.min(1, SIDE / longest);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const pen = canvas.getContext('2d');
  if (!pen) return undefined;
  // JPEG knows no transparency: what shows through a screenshot is white.
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (blob && blob.size <= IMAGE_LIMITS.bytes) return base64(blob);
  }
  return undefined;
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
