// Texte über den Dienst: seine Modelle, was er gegen eine Anfrage oder Datei hat, und worauf er wartet.

/**
 * @import { Wording } from "../../language.js"
 * @import { service as english } from "./en.js"
 */

/** @type {Record<keyof typeof english, Wording>} */
export const service = {
  "models.run-by": "Gerechnet mit",
  "models.engine": "{engine}, seit {time}",
  "models.engine-speed": "{engine}, {speed} Fotos je Sekunde, seit {time}",
  "models.card": "Was seine Macher von ihm sagen",
  "models.promote": "Von jetzt an antworten lassen",
  "models.promote-question": "Soll {model} alle Fotos beantworten, die von jetzt an kommen, von allen auf diesem Server? Was beantwortet ist, bleibt, bis eine Reise neu beantwortet wird.",
  "models.test-macro-f1": "Alle Arten gleich gezählt (Makro-F1), auf Testfotos",
  "models.test-accuracy": "Richtig benannt, von Testfotos",
  "models.test-top5": "Richtig unter fünf Antworten, von Testfotos",
  "models.test-calibration-error": "Wie weit seine Sicherheit danebenliegt",
  "models.birds-called-birds": "Vögel für Vögel gehalten",
  "models.others-called-birds": "Anderes für Vögel gehalten",
  "models.photos-of-others": "Fotos von anderem, an denen es geprüft wurde",

  "code.unreachable": "Der Server ist nicht zu erreichen.",
  "code.by-the-way": "Etwas zwischen diesem Browser und dem Server hat an seiner Stelle geantwortet.",
  "no-picture": "kein Bild",

  "code.unsupported-type": "Kein Foto in einem lesbaren Format.",
  "code.empty-file": "Die Datei ist leer.",
  "code.too-large": "Die Datei ist zu groß.",
  "code.too-many-pixels": "Das Bild hat zu viele Pixel.",
  "code.corrupt-image": "Das Bild ist beschädigt.",
  "code.truncated-image": "Das Bild ist abgeschnitten.",
  "code.checksum-mismatch": "Die Datei änderte sich beim Senden.",
  "code.missing-object": "Die Datei kam nicht an.",
  "code.decode-timeout": "Das Bild zu lesen dauerte zu lange.",
  "code.cancelled": "Die Reise wurde angehalten, bevor es angesehen war.",
  "code.out-of-bounds": "Das Verlangte geht über das Erlaubte hinaus.",
  "code.worker-crashed": "Das Programm, das Fotos ansieht, hielt bei diesem an.",
  "code.archive-too-large": "Das Archiv ist zu groß.",
  "code.unsafe-archive": "Das Archiv ist nicht sicher zu entpacken.",
  "code.corrupt-archive": "Das Archiv ist beschädigt.",
  "code.batch-closed": "Die Reise nimmt keine Fotos mehr an.",
  "code.unreadable": "Die Datei ließ sich nicht lesen.",
  "code.missing-scope": "Das darf dieser Schlüssel nicht.",
  "code.not-found": "Das gibt es nicht; vielleicht wurde es gelöscht.",
  "code.over-limit": "Das ist mehr, als dieser Schlüssel auf einmal darf. Später darf er wieder.",
  "code.backlog-full": "Es warten so viele Fotos, dass gerade keine mehr angenommen werden.",
  "code.too-many-attempts": "Von dieser Adresse kamen zu viele falsche Schlüssel. Warten Sie ein wenig.",
  "code.unclear-site": "Diesen Ort oder diese Zeitzone kann es nicht geben: ein Ort hat Breite und Länge, eine Zone einen Namen wie Europe/Tallinn.",
  "code.unknown-species": "So heißt kein Vogel.",
  "code.no-model": "Dieses Modell gibt es nicht, oder es ist noch keines geladen.",
  "code.unavailable": "Ein Teil des Servers ist weg; es wird auf ihn gewartet.",
  "code.no-space": "Die Platte des Servers ist voll; bis Platz ist, werden keine Fotos mehr angenommen.",
  "code.internal": "Der Server hat einen Fehler gemacht.",
  "code.no-worker": "Niemand ist da, der die Fotos ansieht: es läuft kein Worker. Sie warten, bis einer läuft.",
};
