import {
  AlertLine,
  Button,
  type KeyImage,
  KeyImages,
  scanSound,
  TextField,
  useCommand,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { type ImagingRow, type KeepImageInput, type KeepImageResult, keepImage } from '../../contract.ts';
import { IMAGE_LIMITS } from '../../rules/image.ts';
import { texts } from '../texts.ts';
import { fitting } from './fit-image.ts';

/** Pictures as the command names them. */
export const named = (images: readonly KeyImage[]): { media: string; caption?: string }[] =>
  images.map(({ media, caption }) => ({ media, ...(caption.trim() === '' ? {} : { caption: caption.trim() }) }));

/** Key images of a report: chosen, dropped or pasted; each is on the server before it stands here, so that no crash loses it. */
export function EditImages(props: {
  readonly row: ImagingRow;
  readonly images: readonly KeyImage[];
  readonly onChange: (change: (images: readonly KeyImage[]) => readonly KeyImage[]) => void;
}): ReactElement {
  const { row, images, onChange } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const picker = useRef<HTMLInputElement>(null);
  const [trouble, setTrouble] = useState<string>();
  const [busy, setBusy] = useState(false);
  const keep = useCommand<KeepImageInput, KeepImageResult>(keepImage.name);
  const n = IMAGE_LIMITS.images;
  const full = images.length >= n;

  async function take(files: readonly File[]): Promise<void> {
    if (busy || files.length === 0) return;
    setBusy(true);
    setTrouble(undefined);
    let room = n - images.length;
    for (const file of files) {
      if (room === 0) {
        setTrouble(t('imagesFull', { n }));
        break;
      }
      const data = await fitting(file);
      if (data === undefined) {
        scanSound(false);
        setTrouble(t('imageUnreadable', { name: file.name }));
        continue;
      }
      const done = await keep.run({ order: row.key, patient: row.patient, data });
      if (!done) continue;
      room--;
      onChange((old) => [...old, { media: done.media, caption: '' }]);
    }
    setBusy(false);
  }

  // A picture is pasted wherever the caret stands on this page; text is pasted as ever.
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith('image/'));
      if (files.length === 0) return;
      event.preventDefault();
      void latest.current(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: takes what is dropped; the button does the same by keyboard
    <div
      className="lab-images"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take([...event.dataTransfer.files]);
      }}
    >
      <span className="m-field-label">{t('images')}</span>
      <KeyImages
        images={images}
        under={(image, at) => (
          <span className="lab-image-under">
            <TextField
              label={t('imageCaption', { n: at + 1 })}
              value={image.caption}
              maxLength={200}
              onChange={(caption) =>
                onChange((old) => old.map((one) => (one.media === image.media ? { ...one, caption } : one)))
              }
            />
            <Button
              size="small"
              look="quiet"
              onClick={() => onChange((old) => old.filter((one) => one.media !== image.media))}
            >
              {t('removeImage', { n: at + 1 })}
            </Button>
          </span>
        )}
      />
      <div className="lab-image-add">
        <input
          ref={picker}
          className="m-sr"
          type="file"
          tabIndex={-1}
          multiple
          accept="image/jpeg,image/png"
          aria-label={t('addImage')}
          disabled={busy || full}
          onChange={(event) => {
            const chosen = [...(event.target.files ?? [])];
            event.target.value = '';
            void take(chosen);
          }}
        />
        <Button icon="plus" busy={busy} disabled={full} onClick={() => picker.current?.click()}>
          {busy ? t('sendingImage') : t('addImage')}
        </Button>
        <span className="lab-muted">{full ? t('imagesFull', { n }) : t('imagesHint', { n })}</span>
      </div>
      {trouble !== undefined && <AlertLine level="warn" what={trouble} />}
      {keep.issues.map((issue) => (
        <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
      ))}
    </div>
  );
}
