/** Sentence embeddings and semantic search by a local Akin server. */
export { Akin } from './akin.js';
export {
  AkinError,
  AkinNotFoundError,
  ClosedError,
  ServerDiedError,
  ServerError,
  UnexpectedAnswerError,
} from './errors.js';
