import bwip from 'bwip-js/node';
import type { Mark } from './form.ts';

/**
 * A code as a picture whose quiet zone is part of it: without one no scanner finds it. One module of a QR code is one
 * unit wide, so that four of them are the zone that ISO/IEC 18004 wants; ten for Code 128 (ISO/IEC 15417).
 */
export function markSvg(mark: Mark): string {
  if (mark.kind === 'qr')
    return bwip.toSVG({
      bcid: 'qrcode',
      text: mark.text,

      scale: 1,
      padding: 4,
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
