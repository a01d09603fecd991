// @ts-check
/* Which files may be chosen, and what is said of those that may not. */
const kitFilesRules = (() => {
  "use strict";

  /** @typedef {{file: number, deposit: number, files: number}} Limits in octets, and in files */
  /** @typedef {Record<string, string>} Words */

  const MOST_NAMED = 5; /* of the files left out */

  /** Write a size as i18n.py does.
   * @param {number} octets */
  function formatSize(octets) {
    const unit = portal.isFrench() ? "o" : "B";
    if (octets < 1e6) return `${portal.formatNumber(Math.max(1, Math.round(octets / 1000)))}\u00a0k${unit}`;
    return `${portal.formatNumber(octets / 1e6, 1)}\u00a0M${unit}`;
  }

  /** @param {number} share from 0 to 1 */
  function formatPercent(share) {
    return Math.floor(share * 100) + (portal.isFrench() ? "\u202f%" : "%");
  }

  /** Return a name as the server will write it: no sign that turns or hides the others.
   * @param {{name: string}} file */
  function nameOf(file) {
    return file.name
      .replace(/^.*[/\\]/, "")
      .replace(/\p{C}/gu, " ")
      .replace(/\s+/g, " ")
      .trim();
  }

  /** @param {File[]} files */
  function totalSize(files) {
    return files.reduce((sum, file) => sum + file.size, 0);
  }

  /** @param {File} file @param {File} other */
  function isSame(file, other) {
    return file.name === other.name && file.size === other.size && file.lastModified === other.lastModified;
  }

  /** Tell whether a name ends as those of what a field takes do.
   * @param {File} file @param {string} accept as of an input of files */
  function isAccepted(file, accept) {
    const ends = accept.split(",").filter((end) => end.startsWith("."));
    return ends.some((end) => file.name.toLowerCase().endsWith(end));
  }

  /** Add those of *files* that may be added to what was chosen *before*, with a sentence for each of the others.
   * @param {File[]} before @param {File[]} files
   * @param {{words: Words, limits: Limits, accept: string}} field */
  function judge(before, files, { words, limits, accept }) {
    const chosen = [...before];
    const beyond = /** @type {File[]} */ ([]);
    const problems = /** @type {string[]} */ ([]);
    files.forEach((file) => {
      if (chosen.some((other) => isSame(file, other))) return;
      const problem = problemOf(file, { words, limits, accept });
      if (problem) problems.push(problem);
      else if (chosen.length >= limits.files) beyond.push(file);
      else if (totalSize(chosen) + file.size > limits.deposit) {
        problems.push(portal.fillBlanks(words.heavy, { name: nameOf(file), most: formatSize(limits.deposit) }));
      } else chosen.push(file);
    });
    if (beyond.length) problems.push(nameBeyond(beyond, limits, words));
    return { chosen, problems };
  }

  /** Say what is wrong with a file, whatever was chosen before it; "" when nothing is.
   * @param {File} file @param {{words: Words, limits: Limits, accept: string}} field */
  function problemOf(file, { words, limits, accept }) {
    const name = nameOf(file);
    if (!file.size) return portal.fillBlanks(words.empty, { name });
    const hasEnding = /\.\w+$/.test(name); /* without one, the server reads in it what it is */
    if (words.other && hasEnding && !isAccepted(file, accept)) {
      return portal.fillBlanks(/\.hei[cf]$/i.test(name) ? words.heic : words.other, { name });
    }
    if (file.size <= limits.file) return "";
    const sizes = { size: formatSize(file.size), most: formatSize(limits.file) };
    return portal.fillBlanks(words.big, { name, ...sizes });
  }

  /** Name the files that are too many: the first of them.
   * @param {File[]} files @param {Limits} limits @param {Words} words */
  function nameBeyond(files, limits, words) {
    const quoted = files.slice(0, MOST_NAMED).map((file) => portal.fillBlanks(words.quoted, { name: nameOf(file) }));
    const names = quoted.join(", ") + (files.length > MOST_NAMED ? "…" : "");
    const sentence = files.length > 1 ? words.many : words.many_one;
    return portal.fillBlanks(sentence, { most: limits.files, names });
  }

  /** Tell whether a sentence about the files names this one: « mandat.pdf » est vide.
   * @param {string[]} problems @param {string} name */
  function isBlamed(problems, name) {
    return problems.some((text) => text.includes(`\u00ab\u00a0${name}\u00a0\u00bb`) || text.includes(`\u201c${name}\u201d`));
  }

  return { formatSize, formatPercent, nameOf, totalSize, judge, isBlamed };
})();
