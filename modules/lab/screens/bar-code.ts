import { useEffect, useState } from 'react';

/**
 * Code 128 as a picture that fills its box, quiet zone (ten modules at each side, ISO/IEC 15417) within; undefined until the
 * maker of bar codes has been loaded, which happens with the first code.
 */
export function useBarCode(code: string): string | undefined {
  const [picture, setPicture] = useState<string>();
  useEffect(() => {
    let alive = true;
    void import('bwip-js/browser').then(({ code128, drawingSVG }) => {
      const svg = code128(
        {
          bcid: 'code128',
          text: code,
          scale: 1,
          height: 10,
          paddingwidth: 10,
          paddingheight: 0,
          backgroundcolor: 'FFFFFF',
        },
        drawingSVG(),
      ) as string;
      const filling = svg.replace('<svg ', '<svg preserveAspectRatio="none" ');
      if (alive) setPicture(`data:image/svg+xml;utf8,${encodeURIComponent(filling)}`);
    });
    return () => {
      alive = false;
    };
  }, [code]);
  return picture;
}
