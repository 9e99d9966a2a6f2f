import bwip from 'bwip-js/node';
import type { Mark } from './form.ts';

/**
 * A code as a picture whose quiet zone is part of it: without one no scanner finds it. One module of a QR code is two
 * units wide at scale 1, so that eight are the four modules that ISO/IEC 18004 wants; of Code 128 one is one unit, and
 * ten are wanted (ISO/IEC 15417).
 */
export function markSvg(mark: Mark): string {
  if (mark.kind === 'qr')
    return bwip.toSVG({
      bcid: 'qrcode',
      text: mark.text,

      scale: 1,
      padding: 8,
      backgroundcolor: 'FFFFFF',
    });
  return bwip.toSVG({
    bcid: 'code128',
    text: mark.text,
    scale: 1,
    height: 10,
    paddingwidth: 10,
    paddingheight: 0,
    backgroundcolor: 'FFFFFF',
  });
}
