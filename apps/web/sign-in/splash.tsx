import { type ReactElement, useEffect, useState } from 'react';
import { Mark } from './mark.tsx';
import './sign-in.css';

/** Nothing for the first 300 ms, then what is being waited for. */
export function Splash({ text }: { readonly text: string }): ReactElement {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="w-splash" role="status">
      {late && (
        <>
          <Mark size={40} />
          <p>{text}</p>
        </>
      )}
    </div>
  );
}
