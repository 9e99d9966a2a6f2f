/** `el('p', 'kio-x', 'text', child)`: text is only ever text here. */
export function el(name: string, className: string, ...inside: (string | Node)[]): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...inside);
  return element;
}

export function button(className: string, run: () => void, ...inside: (string | Node)[]): HTMLButtonElement {
  const element = el('button', className, ...inside) as HTMLButtonElement;
  element.type = 'button';
  element.addEventListener('click', run);
  return element;
}
