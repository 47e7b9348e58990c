import { kafkaRecipe } from './kafka-recipe.js';
import { postgresRecipe } from './postgres-recipe.js';
import type { Recipe } from './recipe.js';
import { redisRecipe } from './redis-recipe.js';
import type { ServerName } from './server-name.js';

export const RECIPES: Record<ServerName, Recipe> = {
  postgres: postgresRecipe,
  redis: redisRecipe,
  kafka: kafkaRecipe,
};

/** What is missing, and every way to have it. */
export function explainMissing(name: ServerName): string {
  const { title, variable, install } = RECIPES[name];
  return `${title} is missing: set ${variable}, or start Docker, or install ${install}`;
}
