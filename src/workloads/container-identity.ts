/** The container that a finding is about, or the part that stands for one in kinds without a container list. */
export interface ContainerIdentity {
  readonly name: string;
  readonly role: string;
}
