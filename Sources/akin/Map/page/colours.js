// Colours in OKLCH, which are equally bright for the eye, as sRGB bytes (Ottosson 2020).
const isDark = matchMedia("(prefers-color-scheme: dark)");

const rgb = (lightness, chroma, hue) => {
  const a = chroma * Math.cos(hue), b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((value) => {
    const gamma = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.max(0, value) ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, gamma)));
  });
};

const grey = () => (isDark.matches ? [112, 118, 126] : [164, 168, 174]);

// The golden angle keeps neighbours in a list apart, and lightness tells apart those whose hues come near.
const kindColour = (number) => {
  const base = isDark.matches ? 0.74 : 0.6;
  return rgb(base + 0.07 * ((number % 3) - 1), 0.13, number * 2.399963 + 0.6);
};

// Dark to bright on dark, bright to dark on light: what is much stands out.
const scaleColour = (share) => {
  const from = isDark.matches ? 0.36 : 0.86, to = isDark.matches ? 0.9 : 0.42;
  return rgb(from + (to - from) * share, 0.04 + 0.12 * share, 4.6 - 3.6 * share);
};

const css = (colour) => "rgb(" + colour.join(" ") + ")";
