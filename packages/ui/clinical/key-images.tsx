import './key-images.css';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useRecord } from '../data/use-record.ts';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';

/** A picture as the record keeps it. */
interface Kept {
  readonly content?: { readonly contentType?: string; readonly data?: string };
}

export interface KeyImage {
  /** Id of the Media. */
  readonly media: string;
  readonly caption: string;
}

export interface KeyImagesProps {
  readonly images: readonly KeyImage[];
  /** What stands under a picture instead of its caption: a field, a button that takes it away. */
  readonly under?: (image: KeyImage, at: number) => ReactNode;
}

const SHOWN = ['image/jpeg', 'image/png'];

/** Pictures of a report, small until one is pressed. They come from the record with the reader's own rights. */
export function KeyImages({ images, under }: KeyImagesProps): ReactElement | null {
  if (images.length === 0) return null;
  return (
    <div className="m-images">
      {images.map((image, at) => (
        <Picture key={image.media} image={image} at={at}>
          {under?.(image, at) ?? image.caption}
        </Picture>
      ))}
    </div>
  );
}

function Picture(props: { readonly image: KeyImage; readonly at: number; readonly children: ReactNode }): ReactElement {
  const { image, at, children } = props;
  const t = useTexts(uiTexts);
  const [large, setLarge] = useState(false);
  const { record, state } = useRecord<Kept>('Media', image.media);
  const { contentType = '', data } = record?.content ?? {};
  const label = t('imageN', { n: at + 1, caption: image.caption });
  const isShown = data !== undefined && SHOWN.includes(contentType);
  const words = t(state === 'loading' ? 'imageLoading' : 'imageAbsent');
  return (
    <figure className={large ? 'm-image m-image-large' : 'm-image'}>
      <button
        type="button"
        className="m-image-frame"
        aria-expanded={large}
        aria-label={isShown ? label : `${label} · ${words}`}
        onClick={() => setLarge(!large)}
      >
        {isShown ? <img src={`data:${contentType};base64,${data}`} alt={label} /> : <span>{words}</span>}
      </button>
      <figcaption>{children}</figcaption>
    </figure>
  );
}
