"""The same for interpreters that know a user."""
import sitecustomize
