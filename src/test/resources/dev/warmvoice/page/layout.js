/** Measures of the page's layout, for PageLayoutTest. Each returns a list of faults, which should be empty. */
window.layout = (() => {
  const TOLERANCE_PX = 1;
  const MIN_CONTRAST = 4.5;
  /** The room of a select's arrow. */
  const ARROW_PX = 20;
  const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

  function describe(element) {
    const id = element.id || element.className || element.parentElement.id;
    return `${element.localName} ${id} "${element.textContent.trim().slice(0, 30)}"`;
  }

  function shown() {
    return [...document.body.querySelectorAll('*')]
      .filter(element => element instanceof HTMLElement && element.checkVisibility({ visibilityProperty: true }));
  }

  /** What is beyond the window's edges, or wider than the box that it is in. */
  function overflows() {
    const page = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls'] : [];
    return page.concat(shown().filter(element => isBeyondWindow(element) || isWiderThanItsBox(element)).map(describe));
  }

  function isBeyondWindow(element) {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (left < -TOLERANCE_PX || right > innerWidth + TOLERANCE_PX);
  }

  function isWiderThanItsBox(element) {
    return element.clientWidth > 0 && element.scrollWidth > element.clientWidth + TOLERANCE_PX
      && getComputedStyle(element).textOverflow !== 'ellipsis';
  }

  /** Text whose contrast with what is behind it is too low. */
  function unreadable() {
    return shown().filter(hasText).map(element => [element, null])
      .concat(shown().flatMap(element => ['::before', '::after'].map(pseudo => [element, pseudo]))
        .filter(([element, pseudo]) => /^"./.test(getComputedStyle(element, pseudo).content)))
      .map(([element, pseudo]) => [element, contrast(element, getComputedStyle(element, pseudo).color)])
      .filter(([, value]) => value < MIN_CONTRAST)
      .map(([element, value]) => `${describe(element)} ${value.toFixed(2)}`);
  }

  function hasText(element) {
    if (element.matches('select, input, textarea')) {
      return true;
    }
    return [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim()).some(node => {
      const range = document.createRange();
      range.selectNode(node);
      return range.getClientRects().length > 0;
    });
  }

  function contrast(element, color) {
    if (rgba(color)[3] === 0) {
      return Infinity;
    }
    const ancestors = [];
    for (let each = element; each; each = each.parentElement) {
      ancestors.unshift(each);
    }
    return Math.min(...paint(ancestors, color, rgba('Canvas')).map(([text, back]) => ratio(text, back)));
  }

  /** The colors of a text and of what is behind it: one pair for each color of a gradient. */
  function paint([element, ...inner], color, below) {
    const style = getComputedStyle(element);
    const opacity = Number(style.opacity);
    const backs = [style.backgroundColor, ...style.backgroundImage.match(/\w+\([^()]*\)/g) ?? []]
      .map(back => over(rgba(back), below));
    return backs.flatMap(back => inner.length ? paint(inner, color, back) : [[over(rgba(color), back), back]])
      .map(pair => pair.map(each => over([...each.slice(0, 3), opacity], below)));
  }

  function rgba(color) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }

  function over([red, green, blue, alpha], below) {
    return [...[red, green, blue].map((value, i) => alpha * value + (1 - alpha) * below[i]), 1];
  }

  function ratio(one, other) {
    const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  }

  /** As WCAG defines it. */
  function luminance(color) {
    const [red, green, blue] = color.slice(0, 3).map(value => value / 255)
      .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /** The options that are too long for their select. */
  function cutOff(selector) {
    const select = document.querySelector(selector);
    const style = getComputedStyle(select);
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - ARROW_PX;
    pen.font = style.font;
    return [...select.options].map(option => option.text).filter(text => pen.measureText(text).width > room);
  }

  /** Slots that differ in size from the first, and a last row with a gap if four slots make one. */
  function raggedSlots() {
    const boxes = [...document.querySelectorAll('#slots li')].map(slot => slot.getBoundingClientRect());
    const columns = new Set(boxes.map(({ x }) => Math.round(x))).size;
    const differing = boxes.filter(({ width, height }) => Math.abs(width - boxes[0].width) > TOLERANCE_PX
      || Math.abs(height - boxes[0].height) > TOLERANCE_PX);
    return differing.map(box => JSON.stringify(box)).concat(boxes.length % columns ? [`${columns} columns`] : []);
  }

  /** Where everything is that can be pressed. */
  function controls() {
    return [...document.querySelectorAll('button, select, a')].map(control => {
      const { x, y, width, height } = control.getBoundingClientRect();
      return `${control.id || control.textContent} ${[x, y + scrollY, width, height].map(Math.round)}`;
    });
  }

  /** How far anything is scrolled sideways. */
  function sideways() {
    return [document.documentElement, ...shown()].filter(({ scrollLeft }) => scrollLeft !== 0).map(describe);
  }

  return { overflows, unreadable, cutOff, raggedSlots, controls, sideways };
})();
