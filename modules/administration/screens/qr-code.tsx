import { type ReactElement, useEffect, useState } from 'react';
import './codes.css';

/** A QR code to be read by a phone from this screen: black on white in both themes, with its quiet zone. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const [picture, setPicture] = useState<string>();
  useEffect(() => {
    let alive = true;
    void import('bwip-js/browser').then(({ toSVG }) => {
      const svg = toSVG({ bcid: 'qrcode', text, scale: 4, padding: 10, backgroundcolor: 'FFFFFF' });
      if (alive) setPicture(`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`);
    });
    return () => {
      alive = false;
    };
  }, [text]);
  return <div className="adm-qr">{picture && <img src={picture} alt={label} />}</div>;
}
