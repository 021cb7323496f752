// Textes sur le service : ses modèles, ce qu'il a contre une demande ou un fichier, et ce qu'il attend.

/**
 * @import { Wording } from "../../language.js"
 * @import { service as english } from "./en.js"
 */

/** @type {Record<keyof typeof english, Wording>} */
export const service = {
  "models.run-by": "Calculé par",
  "models.engine": "{engine}, depuis {time}",
  "models.engine-speed": "{engine}, {speed} photos par seconde, depuis {time}",
  "models.card": "Ce qu'en disent ses auteurs",
  "models.promote": "Le laisser répondre désormais",
  "models.promote-question": "Laisser {model} répondre à toutes les photos qui viennent désormais, de tous sur ce serveur ? Ce qui a reçu réponse reste, jusqu'à ce qu'on réponde à nouveau.",
  "models.test-macro-f1": "Toutes les espèces comptées pareil (macro-F1), sur photos d'essai",
  "models.test-accuracy": "Bien nommées, des photos d'essai",
  "models.test-top5": "Juste parmi cinq réponses, des photos d'essai",
  "models.test-calibration-error": "L'erreur de sa certitude",
  "models.birds-called-birds": "Oiseaux pris pour des oiseaux",
  "models.others-called-birds": "Autres choses prises pour des oiseaux",
  "models.photos-of-others": "Photos d'autres choses à l'essai",

  "code.unreachable": "Le serveur est injoignable.",
  "code.by-the-way": "Quelque chose entre ce navigateur et le serveur a répondu à sa place.",
  "no-picture": "pas d'image",

  "code.unsupported-type": "Pas une photo dans un format lisible.",
  "code.empty-file": "Le fichier est vide.",
  "code.too-large": "Le fichier est trop grand.",
  "code.too-many-pixels": "L'image a trop de pixels.",
  "code.corrupt-image": "L'image est abîmée.",
  "code.truncated-image": "L'image est coupée.",
  "code.checksum-mismatch": "Le fichier a changé pendant l'envoi.",
  "code.missing-object": "Le fichier n'est pas arrivé.",
  "code.decode-timeout": "Lire l'image a pris trop longtemps.",
  "code.cancelled": "La sortie a été arrêtée avant qu'elle soit regardée.",
  "code.out-of-bounds": "Ce qui est demandé dépasse ce qui est permis.",
  "code.worker-crashed": "Le programme qui regarde les photos s'est arrêté à celle-ci.",
  "code.archive-too-large": "L'archive est trop grande.",
  "code.unsafe-archive": "L'archive n'est pas sûre à ouvrir.",
  "code.corrupt-archive": "L'archive est abîmée.",
  "code.batch-closed": "La sortie ne prend plus de photos.",
  "code.unreadable": "Le fichier n'a pas pu être lu.",
  "code.missing-scope": "Cette clé n'en a pas le droit.",
  "code.not-found": "Cela n'existe pas, ou a été supprimé.",
  "code.over-limit": "C'est plus que cette clé ne peut à la fois. Plus tard, elle pourra de nouveau.",
  "code.backlog-full": "Tant de photos attendent qu'aucune autre n'est prise pour le moment.",
  "code.too-many-attempts": "Trop de fausses clés sont venues de cette adresse. Attendez un peu.",
  "code.unclear-site": "Ce lieu ou ce fuseau n'est pas possible : un lieu a une latitude et une longitude, un fuseau un nom comme Europe/Tallinn.",
  "code.unknown-species": "Aucun oiseau ne s'appelle ainsi.",
  "code.no-model": "Ce modèle n'existe pas, ou aucun n'est encore chargé.",
  "code.unavailable": "Une partie du serveur est absente ; on l'attend.",
  "code.no-space": "Le disque du serveur est plein ; plus de photos avant qu'il y ait de la place.",
  "code.internal": "Le serveur a fait une erreur.",
  "code.no-worker": "Personne n'est là pour regarder les photos : aucun worker ne tourne. Elles attendent.",
};
