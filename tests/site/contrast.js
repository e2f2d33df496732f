// The texts of the page whose colour is too close to that of their back.
const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const parts = (colour) => {
  context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((c) => {
    c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
};
const light = (c) => { const [r, g, b] = parts(c); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const back = (node) => {
  for (; node; node = node.parentElement) {
    const found = getComputedStyle(node).backgroundColor;
    if (!found.endsWith(", 0)") && found !== "transparent") return found;
  }
  return "white";
};
const poor = new Set();
for (const node of document.querySelectorAll("main *, header *, nav *, footer *")) {
  if (!node.checkVisibility() || ![...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
  const [one, other] = [light(getComputedStyle(node).color), light(back(node))].sort((a, b) => b - a);
  const ratio = (one + 0.05) / (other + 0.05);
  if (ratio < 4.5 && !node.closest("svg")) poor.add(`${node.className} ${node.tagName} ${ratio.toFixed(2)}`);
}
return [...poor];
